/// @file
/// @brief What lab 01.4 asks for: a measurement, and two predictions.
#pragma once

#include <cstdint>
#include <functional>

namespace strata::context::lab {

/// Reads a clock, in nanoseconds since some moment.
using Clock = std::function<std::int64_t()>;

/// Makes `count` round trips: two switches each, to another flow and back.
using RoundTrips = std::function<void(std::uint64_t count)>;

/// Names a way to switch.
enum class Way {
  kOwn,          ///< strata_context_jump: called, left by a return
  kBoostByStub,  ///< jump_fcontext, reached through Strata's stub
  kBoostCalled,  ///< jump_fcontext, called as it comes
};

/// Measures what one switch costs.
///
/// The machine is like yours: the first switches are dearer, reading the
/// clock costs something, and now and then another program has the
/// processor for a while.
/// @param go what to measure; to be called as often as you like.
/// @param now the clock; it may tick in microseconds only.
/// @return nanoseconds, as if nothing ever interrupted.
double switch_ns(const RoundTrips& go, const Clock& now);

/// Predicts how many returns the processor guesses wrong.
/// @param way how the flows switch.
/// @param frames functions that return on each side between two switches;
///        both flows run the same code.
/// @return wrong guesses in one round trip, both sides together.
int wrong_returns(Way way, int frames);

/// Predicts whether a switch gets dearer with each frame above it, by more
/// than a call and a return cost.
/// @param way how the flows switch. @return true if it does.
bool pays_for_frames(Way way);

}  // namespace strata::context::lab
