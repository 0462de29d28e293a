/// @file
/// @brief Explores whole runs of the scheduler: its threads are virtual, its
///        goroutines are real.
///
/// Story
///   Each schedule begins a run, lets a few goroutines do something and ends
///   the run. Where a test waits without a schedule step, a lost wake-up shows
///   as a livelock: nobody is left who could make the claim true.
#include <array>

#include "scheduler.hpp"
#include "strata/base/explore_hooks.hpp"
#include "strata/sched/sched.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/explorer.hpp"

namespace strata::sched {
namespace {

using testkit::check;
using testkit::Exploration;
using testkit::explore;
using testkit::Memory;
using testkit::Report;
using testkit::World;

// What main returns. When threads do not end, the runtime ends the process
// with this status, and then it must not look like success.
constexpr int kMainStatus = 99;

// A run whose schedules fail leaves the process in pieces, so each test is
// the only exploration that may fail before it reports.
template <class Main>
Report explore_run(std::uint64_t seeds, Memory memory, int procs, Main main,
                   std::initializer_list<const Layer*> layers = {}) {
  exploring::register_thread_local(&strata_sched_m, sizeof(strata_sched_m));
  ::setenv("GOMAXPROCS", std::to_string(procs).c_str(), 1);
  ::setenv("GODEBUG", "seed=1", 1);
  const Exploration exploration = {
      .memory = memory, .seeds = seeds, .steps_max = 200'000};
  return explore(exploration, [&](World& world) {
    world.name(state.spinning, "spinning");
    world.name(state.idle_p_count, "idle Ps");
    world.name(state.exiting, "exiting");
    check(run(layers,
              [&] {
                main();
                return kMainStatus;
              }) == kMainStatus,
          "run returns what main returned");
  });
}

template <class Main>
void survives(std::uint64_t seeds, int procs, Main main,
              std::initializer_list<const Layer*> layers = {}) {
  for (const Memory memory : {Memory::kSequential, Memory::kTso}) {
    const Report report = explore_run(seeds, memory, procs, main, layers);
    INFO(report.text());
    REQUIRE(report.passed());
  }
}

// Waits without a schedule step of the runtime.
template <class Claim>
void spin_until(Claim claim) {
  while (!claim()) cpu_relax();
}

// The layer that the tests raise bits for.
atomic<int> g_attended{0};
void attend(P&) { g_attended.fetch_add(1, std::memory_order_relaxed); }
constexpr Layer kCounting = {
    .name = "counting", .number = 3, .attend = &attend};

// How many have come to a meeting; outlives main, who may leave it first.
atomic<int> g_here{0};

constexpr std::uint64_t kSeeds = 2'000;

}  // namespace

TEST_CASE("runtime: a run that does nothing ends under every schedule") {
  survives(kSeeds, 2, [] {});
}

TEST_CASE("runtime: no goroutine is lost or run twice (I-02.1)") {
  survives(kSeeds, 2, [] {
    constexpr int kCount = 4;
    std::array<int, kCount> runs{};
    atomic<int> left{kCount};
    for (std::size_t i = 0; i < kCount; ++i) {
      go([&, i] {
        ++runs[i];
        yield();
        ++runs[i];
        left.fetch_sub(1, std::memory_order_release);
      });
    }
    while (left.load(std::memory_order_acquire) != 0) yield();
    for (const int count : runs) check(count == 2, "each ran once, to its end");
  });
}

TEST_CASE("runtime: a new goroutine always wakes an idle P (I-02.12)") {
  survives(kSeeds, 2, [] {
    for (int round = 0; round < 3; ++round) {
      atomic<bool> ran{false};
      go([&] { ran.store(true, std::memory_order_release); });
      // Main keeps its P: without a wake-up this never ends.
      spin_until([&] { return ran.load(std::memory_order_acquire); });
    }
  });
}

TEST_CASE("runtime: one wake-up spreads to all idle Ps (I-02.12)") {
  survives(kSeeds / 2, 3, [] {
    g_here.store(1, std::memory_order_relaxed);
    const auto meet = [] {
      g_here.fetch_add(1, std::memory_order_acq_rel);
      spin_until([] { return g_here.load(std::memory_order_acquire) == 3; });
    };
    go(meet);
    go(meet);
    spin_until([] { return g_here.load(std::memory_order_acquire) == 3; });
  });
}

TEST_CASE("runtime: a raised bit is served whatever the P does (I-02.7)") {
  survives(kSeeds, 2,
           [] {
             g_attended.store(0, std::memory_order_relaxed);
             go([] {});  // brings the other P to life, for a moment
             for (int round = 1; round <= 2; ++round) {
               P& other =
                   *state.ps[static_cast<std::size_t>(1 - current_m()->p->id)];
               raise_and_wake(other, kCounting);
               spin_until([round] {
                 return g_attended.load(std::memory_order_relaxed) >= round;
               });
             }
           },
           {&kCounting});
}

TEST_CASE("runtime: changing the number of Ps loses nothing") {
  survives(kSeeds / 2, 2, [] {
    constexpr int kCount = 3;
    atomic<int> left{kCount};
    for (int i = 0; i < kCount; ++i) {
      go([&] {
        yield();
        left.fetch_sub(1, std::memory_order_release);
      });
    }
    max_procs(1);
    max_procs(3);
    while (left.load(std::memory_order_acquire) != 0) yield();
    max_procs(2);
    check(num_goroutine() >= 1, "main is counted");
  });
}

TEST_CASE("runtime: two goroutines may stop the world at the same time") {
  survives(kSeeds / 2, 2, [] {
    atomic<int> left{2};
    for (int i = 0; i < 2; ++i) {
      go([&] {
        stop_world();
        int running = 0;
        for_each_p([&](const P& p) {
          if (p.status.load(std::memory_order_acquire) == PStatus::kRunning) {
            ++running;
          }
        });
        check(running == 1, "I-02.14: only the stopper's P runs");
        start_world();
        left.fetch_sub(1, std::memory_order_release);
      });
    }
    while (left.load(std::memory_order_acquire) != 0) yield();
  });
}

TEST_CASE("runtime: a run may end while everybody is busy") {
  survives(kSeeds, 2, [] {
    for (int i = 0; i < 3; ++i) {
      go([] {
        for (;;) yield();
      });
    }
    yield();
  });
}

}  // namespace strata::sched
