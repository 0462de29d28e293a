/// @file
/// @brief Two flows that switch to each other below a chosen number of
/// frames.
///
/// Story
///   What the switches under comparison have in common: the code that the
///   two flows run, which frames lie above the switch, and a stack for the
///   second flow. A way to switch adds a Side, whose cross() goes to the
///   other flow and returns when that flow comes back.
#pragma once

#include "strata/base/assert.hpp"
#include "strata/context/stack_pool.hpp"

#include <cstdint>

namespace strata::context::bench {

// Keeps a pool's stack for as long as a flow may run on it.
class OwnedStack {
 public:
  OwnedStack() : stack_(pool_.acquire().stack) {
    STRATA_ASSERT(stack_, "a bench needs its stack");
  }
  ~OwnedStack() { pool_.release(stack_); }
  OwnedStack(const OwnedStack&) = delete;
  OwnedStack& operator=(const OwnedStack&) = delete;

  const Stack& get() const { return stack_; }

 private:
  StackPool pool_;
  Stack stack_;
};

// What a flow runs: the number of its loop and of its frames. Equal numbers
// are the same code.
template <int kLoopNumber, int kFrameNumber>
struct Code {
  static constexpr int kLoop = kLoopNumber;
  static constexpr int kFrame = kFrameNumber;
};
using FirstCode = Code<0, 0>;

// Keeps the compiler from merging functions that differ in kNumber only,
// and from turning the call before it into a jump.
template <int kNumber>
[[gnu::always_inline]] inline void stay_apart() {
  asm volatile("# code %0" : : "i"(kNumber) : "memory");
}

// Calls cross() below kDepth frames.
// [doc:bench-descend]
template <int kDepth, int kFrame, class Side>
inline void descend(Side& side);

template <int kDepth, int kFrame, class Side>
[[gnu::noinline]] void frame_of(Side& side) {
  descend<kDepth - 1, kFrame>(side);
  stay_apart<kFrame>();
}

template <int kDepth, int kFrame, class Side>
[[gnu::always_inline]] inline void descend(Side& side) {
  if constexpr (kDepth == 0) {
    side.cross();
  } else {
    frame_of<kDepth, kFrame>(side);
  }
}
// [/doc:bench-descend]

template <int kDepth, class Code, class Side>
[[gnu::noinline]] void cross_often(Side& side, std::uint64_t times) {
  for (std::uint64_t i = 0; i < times; ++i) {
    descend<kDepth, Code::kFrame>(side);
    stay_apart<Code::kLoop>();
  }
}

}  // namespace strata::context::bench
