/// @file
/// @brief Tests sleeping on a word with real threads.

#include "strata/os/futex.hpp"

#include "strata/base/clock.hpp"
#include "strata/os/thread.hpp"
#include "strata/testkit/catch.hpp"

#include <cerrno>

namespace strata::os {
namespace {

struct Gate {
  atomic<std::uint32_t> open{0};
  atomic<int> passed{0};

  // Runs on a thread of its own.
  static void pass(void* raw) {
    auto& gate = *static_cast<Gate*>(raw);
    // [MO:test-gate] sees what was written before the gate was opened.
    while (gate.open.load(std::memory_order_acquire) == 0) {
      futex_wait(gate.open, 0);
    }
    gate.passed.fetch_add(1, std::memory_order_relaxed);
  }
};

}  // namespace

TEST_CASE("futex: a changed word is not slept on") {
  atomic<std::uint32_t> word{1};
  CHECK(futex_wait(word, 0) == FutexResult::kValueChanged);
}

TEST_CASE("futex: a wait ends when its time is over") {
  atomic<std::uint32_t> word{0};
  const std::int64_t start = now_ns();
  FutexResult result = FutexResult::kWoken;
  while (result == FutexResult::kWoken) {
    result = futex_wait(word, 0, 2'000'000);
  }
  CHECK(result == FutexResult::kTimedOut);
  CHECK(now_ns() - start >= 2'000'000);
}

TEST_CASE("futex: errno is left alone") {
  atomic<std::uint32_t> word{0};
  errno = EDOM;
  (void)futex_wait(word, 1);
  (void)futex_wait(word, 0, 0);
  CHECK(errno == EDOM);
}

TEST_CASE("futex: waking nobody wakes nobody") {
  atomic<std::uint32_t> word{0};
  CHECK(futex_wake(word, 1) == 0);
}

TEST_CASE("futex: all sleepers pass once the word is changed and woken") {
  Gate gate;
  Thread threads[4];
  for (Thread& thread : threads) {
    REQUIRE(thread.start(&Gate::pass, &gate, "gate") == 0);
  }
  // [MO:test-gate] lets the sleepers see it.
  gate.open.store(1, std::memory_order_release);
  futex_wake(gate.open, 4);
  for (Thread& thread : threads) thread.join();
  CHECK(gate.passed.load(std::memory_order_relaxed) == 4);
}

}  // namespace strata::os
