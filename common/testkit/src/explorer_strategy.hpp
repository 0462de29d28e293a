/// @file
/// @brief Decides, at each moment of a schedule, what happens next.
///
/// Story
///   Two ways to search. Random: each seed draws a style (anybody at each
///   step; long bursts; fixed priorities with rare demotions), because each
///   style finds bugs that the others miss. Bounded: all schedules with no
///   preemption, then all with one, and so on; most bugs need two at most.
///
/// Invariants
///   - I-00.10 Equal seeds and equal questions give equal answers.
///   - I-00.11 A thread that spins politely (kRelax) does not keep the
///     others from running forever.
#pragma once

#include "strata/base/rng.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace strata::testkit {

/// Numbers of virtual threads are bits of a word.
inline constexpr int kThreadsMax = 64;

/// Is a set of virtual threads.
using ThreadSet = std::uint64_t;

/// Returns the set of thread @p id alone.
constexpr ThreadSet only(int id) noexcept { return ThreadSet{1} << id; }

/// Describes what may happen next.
struct Moment {
  ThreadSet ready;     ///< threads that can run; not empty
  ThreadSet buffered;  ///< threads with a store the others do not see yet
  int current;         ///< the thread that ran last
  bool yields;         ///< it asks that others go first
};

/// Says what happens next: a thread runs, or its oldest store lands.
struct Choice {
  int thread;
  bool flush;
};

/// Answers the questions of one schedule after the other.
class Strategy {
 public:
  virtual ~Strategy() = default;
  /// Starts the next schedule. @return false if there is none left
  virtual bool begin() = 0;
  /// Chooses what happens at @p moment.
  virtual Choice next(const Moment& moment) = 0;
  /// Chooses one of @p count things, such as the sleeper to wake.
  virtual int pick(int count) = 0;
  /// Returns true now and then: something happens for no reason, such as a
  /// futex that wakes nobody knows why.
  virtual bool rarely() = 0;
  /// Tells that @p thread has just been made.
  virtual void add_thread(int thread) = 0;
  /// Returns the name of the schedule under way, for make_replay().
  [[nodiscard]] virtual std::string seed() const = 0;
  /// Returns true once there is no schedule left to try.
  [[nodiscard]] virtual bool complete() const = 0;
};

/// Makes the random search over @p count seeds from @p first_seed on.
std::unique_ptr<Strategy> make_random(std::uint64_t first_seed,
                                      std::uint64_t count);

/// Makes the search of all schedules with up to @p preemptions_max.
std::unique_ptr<Strategy> make_bounded(int preemptions_max,
                                       std::uint64_t schedules_max);

/// Makes the strategy that shows one schedule again.
/// @param seed from Strategy::seed(). @return null if it is malformed
std::unique_ptr<Strategy> make_replay(std::string_view seed);

}  // namespace strata::testkit
