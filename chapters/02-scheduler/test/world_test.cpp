/// @file
/// @brief Tests stopping the world and changing the number of Ps.
#include <string>
#include <vector>

#include "scheduler.hpp"
#include "strata/os/cpu.hpp"
#include "strata/os/thread.hpp"
#include "strata/sched/runtime.hpp"
#include "strata/testkit/catch.hpp"
#include "support.hpp"

namespace strata::sched {
namespace {

using test::Pending;

int count_ps(PStatus status) {
  int count = 0;
  for_each_p([&](const P& p) {
    if (p.status.load(std::memory_order_acquire) == status) ++count;
  });
  return count;
}

}  // namespace

TEST_CASE("max_procs: 0 and negative numbers only ask") {
  std::vector<int> answers;
  test::run_on(3, [&] {
    answers = {max_procs(0), max_procs(-1), max_procs(-1'000'000),
               max_procs(3)};
  });
  CHECK(answers == std::vector<int>{3, 3, 3, 3});
}

TEST_CASE(
    "max_procs: returns the number before and counts too many as 1024") {
  std::vector<int> answers;
  test::run_on(1, [&] {
    answers = {max_procs(2), max_procs(5'000), max_procs(1), max_procs(0)};
  });
  CHECK(answers == std::vector<int>{1, 2, 1024, 1});
}

TEST_CASE("max_procs: nothing is lost from 1 to 4 to 1024 to 1 Ps") {
  constexpr int kCount = 100;
  atomic<int> turns{0};
  atomic<int> ended{0};
  std::int64_t alive = 0;
  test::run_on(1, [&] {
    atomic<bool> stop{false};
    Pending pending(kCount);
    for (int i = 0; i < kCount; ++i) {
      go([&] {
        while (!stop.load(std::memory_order_relaxed)) {
          turns.fetch_add(1, std::memory_order_relaxed);
          yield();
        }
        ended.fetch_add(1, std::memory_order_relaxed);
        pending.done();
      });
    }
    for (const int procs : {4, 1024, 1, 2, 1}) {
      max_procs(procs);
      // Everybody has had a turn since.
      const int before = turns.load(std::memory_order_relaxed);
      while (turns.load(std::memory_order_relaxed) < before + kCount)
        yield();
    }
    alive = num_goroutine();
    stop.store(true, std::memory_order_relaxed);
    pending.wait();
  });
  CHECK(alive == kCount + 1);
  CHECK(ended.load(std::memory_order_relaxed) == kCount);
}

TEST_CASE(
    "max_procs: goroutines on the P that goes move to one that stays") {
  int first_p = -1;
  int last_p = -1;
  atomic<int> ran{0};
  test::run_on(2, [&] {
    atomic<bool> started{false};
    Pending pending(1);
    // Main keeps P 0 at first, so this begins on P 1 and takes it away.
    go([&] {
      first_p = current_m()->p->id;
      started.store(true, std::memory_order_release);
      for (int i = 0; i < 10; ++i) {
        go([&ran] { ran.fetch_add(1, std::memory_order_relaxed); });
      }
      max_procs(1);
      last_p = current_m()->p->id;
      while (num_goroutine() > 2) yield();
      pending.done();
    });
    while (!started.load(std::memory_order_acquire)) os::yield_thread();
    pending.wait();
  });
  CHECK(first_p == 1);
  CHECK(last_p == 0);
  CHECK(ran.load(std::memory_order_relaxed) == 10);
}

TEST_CASE("max_procs: several goroutines may change it at the same time") {
  int last = 0;
  test::run_on(2, [&] {
    constexpr int kCount = 8;
    Pending pending(kCount);
    for (int i = 0; i < kCount; ++i) {
      go([&, i] {
        for (int round = 0; round < 20; ++round) {
          max_procs(1 + (i + round) % 4);
          yield();
        }
        pending.done();
      });
    }
    pending.wait();
    max_procs(2);
    last = max_procs(0);
  });
  CHECK(last == 2);
}

TEST_CASE(
    "max_procs: outside of a goroutine ends the process and says so") {
  const auto ended = test::run_crash("misuse", {"max_procs_outside"});
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(ended.err.starts_with("fatal error: "));
}

TEST_CASE("num_cpu: is what the affinity mask allows") {
  CHECK(num_cpu() == os::affinity_cpus());
}

TEST_CASE(
    "world: while it is stopped only the stopper's P runs (I-02.14)") {
  int running = 0;
  int not_stopped = 0;
  std::uint64_t moved = 0;
  test::run_on(4, [&] {
    atomic<std::uint64_t> turns{0};
    atomic<bool> stop{false};
    Pending pending(8);
    for (int i = 0; i < 8; ++i) {
      go([&] {
        while (!stop.load(std::memory_order_relaxed)) {
          turns.fetch_add(1, std::memory_order_relaxed);
          yield();
        }
        pending.done();
      });
    }
    for (int round = 0; round < 50; ++round) {
      while (turns.load(std::memory_order_relaxed) < 100) yield();
      stop_world();
      running += count_ps(PStatus::kRunning);
      not_stopped += 3 - count_ps(PStatus::kStopped);
      turns.store(0, std::memory_order_relaxed);
      for (int i = 0; i < 1000; ++i) cpu_relax();
      moved += turns.load(std::memory_order_relaxed);
      start_world();
    }
    stop.store(true, std::memory_order_relaxed);
    pending.wait();
  });
  CHECK(running == 50);
  CHECK(not_stopped == 0);
  CHECK(moved == 0);
}

TEST_CASE("world: every goroutine can be listed while it is stopped") {
  int runnable = 0;
  int running = 0;
  test::run_on(2, [&] {
    atomic<bool> stop{false};
    atomic<int> begun{0};
    Pending pending(20);
    for (int i = 0; i < 20; ++i) {
      go([&] {
        begun.fetch_add(1, std::memory_order_relaxed);
        while (!stop.load(std::memory_order_relaxed)) yield();
        pending.done();
      });
    }
    while (begun.load(std::memory_order_relaxed) < 20) yield();
    stop_world();
    struct Seen {
      int runnable = 0;
      int running = 0;
    } seen;
    for_each_g(
        [](G& g, void* argument) {
          auto& counts = *static_cast<Seen*>(argument);
          const GStatus status = g.status.load(std::memory_order_acquire);
          counts.runnable += status == GStatus::kRunnable ? 1 : 0;
          counts.running += status == GStatus::kRunning ? 1 : 0;
        },
        &seen);
    start_world();
    runnable = seen.runnable;
    running = seen.running;
    stop.store(true, std::memory_order_relaxed);
    pending.wait();
  });
  CHECK(runnable == 20);
  CHECK(running == 1);
}

}  // namespace strata::sched
