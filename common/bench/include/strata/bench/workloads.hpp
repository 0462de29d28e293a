/// @file
/// @brief The work of the scheduler rows, written once for all C++
/// runtimes.
///
/// Story
///   A comparison is worth as much as the two sides are alike. Strata and
///   its C++ peers therefore run this very code; only `go` and `yield`
///   differ. The Go peer (peers/go/main.go) says the same in Go. All joins
///   count and yield, because that is what a scheduler alone can do; rows
///   that park come with the layers that can.
///
/// Memory order
///   bench-count: what a goroutine did is visible once its count is seen.
///   bench-gate: what was set up is visible once the gate is seen open.
#pragma once

#include "strata/base/atomic.hpp"
#include "strata/bench/bench.hpp"
#include "strata/bench/process.hpp"

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <string>

namespace strata::bench {

/// Starts goroutines, or what a peer calls them, and lets them take turns.
template <class R>
concept Runtime = requires(R& runtime, void (*body)(), int procs) {
  runtime.use_procs(procs);
  runtime.go(body);
  runtime.yield();
};

/// Counts goroutines that have come to a point.
using Counter = atomic<std::uint64_t>;

/// Yields until a counter has a value.
/// @param runtime what yields. @param counter grows to `value`, not beyond.
/// @param value what is waited for.
template <Runtime R>
void yield_until(R& runtime, const Counter& counter, std::uint64_t value) {
  // [MO:bench-count]
  while (counter.load(std::memory_order_acquire) != value) runtime.yield();
}

/// Holds goroutines back until all of them have started.
template <Runtime R>
class Gate {
 public:
  /// Makes a closed gate. @param runtime borrowed.
  explicit Gate(R& runtime) : runtime_(runtime) {}

  /// Starts a goroutine that runs `body` once the gate is open.
  /// @param body borrowed until join() returns.
  template <class Body>
  void go(const Body& body) {
    ++count_;
    runtime_.go([this, &body] {
      started_.fetch_add(1, std::memory_order_release);  // [MO:bench-count]
      while (
          !is_open_.load(std::memory_order_acquire)) {  // [MO:bench-gate]
        runtime_.yield();
      }
      body();
      done_.fetch_add(1, std::memory_order_release);  // [MO:bench-count]
    });
  }

  /// Yields until all goroutines wait at the gate.
  void gather() { yield_until(runtime_, started_, count_); }
  /// Lets all goroutines pass.
  void open() {
    is_open_.store(true, std::memory_order_release);  // [MO:bench-gate]
  }
  /// Yields until all goroutines are done.
  void join() { yield_until(runtime_, done_, count_); }

 private:
  R& runtime_;
  std::uint64_t count_ = 0;
  // atomic [MO:bench-count]
  Counter started_{0};
  Counter done_{0};
  // atomic [MO:bench-gate]
  atomic<bool> is_open_{false};
};

/// Lets goroutines, the caller among them, yield until `loop.n()` yields
/// are done. Only the time in which all of them run counts; the stopwatch
/// starts before the gate opens, because another P may pass it at once.
/// @param loop the round. @param runtime what runs it.
/// @param count goroutines, the caller included; divides loop.n().
template <Runtime R>
void take_turns(Loop& loop, R& runtime, std::uint64_t count) {
  const auto yield_each = [&runtime, each = loop.n() / count] {
    for (std::uint64_t i = 0; i < each; ++i) runtime.yield();
  };
  Gate<R> gate(runtime);
  for (std::uint64_t i = 1; i < count; ++i) gate.go(yield_each);
  gate.gather();
  loop.start();
  gate.open();
  yield_each();
  gate.join();
  loop.stop();
}

/// Starts `loop.n()` goroutines and waits after every `batch` of them.
/// @param loop the round. @param runtime what runs it.
/// @param batch divides loop.n().
template <Runtime R>
void spawn(Loop& loop, R& runtime, std::uint64_t batch) {
  Counter ran{0};
  loop.start();
  for (std::uint64_t seen = batch; seen <= loop.n(); seen += batch) {
    for (std::uint64_t i = 0; i < batch; ++i) {
      runtime.go([&ran] {
        ran.fetch_add(1, std::memory_order_release);  // [MO:bench-count]
      });
    }
    yield_until(runtime, ran, seen);
  }
  loop.stop();
}

/// Has `loop.n()` goroutines alive at once that have all run, and reports
/// their memory.
/// @param loop the round. @param runtime what runs it.
template <Runtime R>
void keep_alive(Loop& loop, R& runtime) {
  const MemoryUse before = memory_use();
  const auto nothing = [] {};
  Gate<R> gate(runtime);
  loop.start();
  for (std::uint64_t i = 0; i < loop.n(); ++i) gate.go(nothing);
  gate.gather();
  loop.stop();
  report_memory_each(loop, before);
  gate.open();
  gate.join();
}

/// So many goroutines take turns in the rows named `yield`.
inline constexpr std::uint64_t kTurnTakers[] = {1, 2, 8, 100, 1000, 10000};

/// Declares the rows of yielding and spawning on so many Ps or threads.
/// @param suite receives them. @param runtime used while they run.
/// @param procs part of the rows' names; one P is compared by processor
/// time.
template <Runtime R>
void scheduler_rows(Suite& suite, R& runtime, int procs) {
  const std::string end = ".p" + std::to_string(procs);
  const Clock clock = procs == 1 ? Clock::kCpu : Clock::kWall;
  for (const std::uint64_t count : kTurnTakers) {
    suite.row("yield." + std::to_string(count) + "g" + end,
              {.what = "one yield, with so many goroutines taking turns",
               .clock = clock,
               .step = count,
               .ops_min = std::max<std::uint64_t>(50 * count, 10'000)},
              [&runtime, procs, count](Loop& loop) {
                runtime.use_procs(procs);
                take_turns(loop, runtime, count);
              });
  }
  const auto spawn_row = [&](const char* name, std::uint64_t batch,
                             const char* what) {
    suite.row(name + end, {.what = what, .clock = clock, .step = batch},
              [&runtime, procs, batch](Loop& loop) {
                runtime.use_procs(procs);
                spawn(loop, runtime, batch);
              });
  };
  spawn_row("spawn.one", 1,
            "start one goroutine and yield until it has run");
  spawn_row("spawn.batch1000", 1000,
            "start 1000 goroutines and yield until all have run; each");
}

/// Declares the row of a million goroutines alive at once, on one P.
/// @param suite receives it. @param runtime used while it runs.
template <Runtime R>
void alive_row(Suite& suite, R& runtime) {
  suite.row("alive.1e6.p1",
            {.what = "start a goroutine that runs and then waits, with a "
                     "million alive; memory is per goroutine",
             .ops_once = 1'000'000},
            [&runtime](Loop& loop) {
              runtime.use_procs(1);
              keep_alive(loop, runtime);
            });
}

}  // namespace strata::bench
