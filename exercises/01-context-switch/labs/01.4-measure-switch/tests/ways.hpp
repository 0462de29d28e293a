/// @file
/// @brief Two flows that switch to each other below some frames, in each of
///        three ways.
#pragma once

#include <array>
#include <boost/context/detail/fcontext.hpp>

#include "../support/single_step.hpp"
#include "measure_switch.hpp"
#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"

namespace strata::context::lab {

/// The ways: start() makes the other flow, go() switches to whoever waits.
template <class Backend>
struct Balanced {
  static inline std::array<Context, 2> contexts;
  static inline ThreadAnchors anchors;
  static inline std::size_t here = 0;

  static void start(const Stack& stack, void (*forever)()) {
    anchors = thread_anchors();
    here = 0;
    adopt_thread(contexts[0]);
    detail::prepare_with<Backend>(
        contexts[1], stack,
        [](void*, void* argument) {
          reinterpret_cast<void (*)()>(argument)();
        },
        reinterpret_cast<void*>(forever));
  }
  static void go() {
    const std::size_t from = here;
    here = 1 - from;
    detail::switch_with<Backend>(anchors, contexts[from], contexts[here],
                                 nullptr);
  }
};
struct Called {
  static inline void* other = nullptr;
  static inline void (*entry)() = nullptr;

  static void start(const Stack& stack, void (*forever)()) {
    namespace fc = boost::context::detail;
    entry = forever;
    other =
        fc::make_fcontext(stack.hi, stack.bytes(), [](fc::transfer_t t) {
          other = t.fctx;
          entry();
        });
  }
  static void go() {
    other = boost::context::detail::jump_fcontext(other, nullptr).fctx;
  }
};

/// Returns `kFrames` times between two switches. Functions of their own: a
/// wrong guess may be right by chance in a recursion.
template <class Switch, int kFrames>
[[gnu::noinline]] void below_frames() {
  if constexpr (kFrames == 1) {
    Switch::go();
  } else {
    below_frames<Switch, kFrames - 1>();
  }
  asm volatile("");  // so that no call above is a tail call
}

/// Both flows run this.
template <class Switch, int kFrames>
[[gnu::noinline]] void take_turns(std::uint64_t times) {
  for (std::uint64_t i = 0; i < times; ++i) below_frames<Switch, kFrames>();
}

/// A pair of flows that take turns below `kFrames` frames, at least 1.
template <class Switch, int kFrames>
class Pair {
 public:
  /// Lets the second flow come to its first switch.
  Pair() : stack_(pool_.acquire().stack) {
    Switch::start(stack_, [] {
      for (;;) take_turns<Switch, kFrames>(1'000'000);
    });
    take_turns<Switch, kFrames>(2);
  }
  ~Pair() { pool_.release(stack_); }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  /// Makes round trips.
  void go(std::uint64_t count) { take_turns<Switch, kFrames>(count); }

  /// Counts the returns of one round trip that were guessed wrong.
  static int wrong_returns_counted() {
    Pair pair;
    seen_ = {};
    SingleStep::run([](const std::uint8_t* code,
                       const std::uintptr_t* sp) { seen_.step(code, sp); },
                    [&pair] { pair.go(kTrips); });
    return seen_.wrong() / kTrips;
  }

 private:
  static constexpr int kTrips = 5;
  static inline ReturnStack seen_;
  StackPool pool_;
  Stack stack_;
};

/// Calls `use` with a Pair type for the way and the depth.
template <int kFrames, class Use>
auto with_pair(Way way, Use use) {
  switch (way) {
    case Way::kOwn:
      return use(Pair<Balanced<detail::AsmBackend>, kFrames>());
    case Way::kBoostByStub:
      return use(Pair<Balanced<detail::FcontextBackend>, kFrames>());
    default:
      return use(Pair<Called, kFrames>());
  }
}

}  // namespace strata::context::lab
