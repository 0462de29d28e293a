/// @file
/// @brief Explores whole runs of the scheduler: its threads are virtual,
///        its goroutines are real.
///
/// Story
///   Each schedule begins a run, lets a few goroutines do something and
///   ends the run. Where a test waits without a schedule step, a lost
///   wake-up shows as a livelock: nobody is left who could make the claim
///   true.
#include <array>

#include "scheduler.hpp"
#include "strata/base/clock.hpp"
#include "strata/base/explore_hooks.hpp"
#include "strata/os/futex.hpp"
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

// A layer whose goroutines sleep until a deadline. Everything is set under
// the commit of the sleeper, so that attend never comes too early.
struct Sleep {
  atomic<G*> sleeper{nullptr};
  atomic<std::int64_t> deadline{kNever};
  atomic<std::uint32_t> block_word{0};
};
Sleep g_sleep;

void begin_sleep(M&, G& left, void*) {
  transition(left, GStatus::kRunning, GStatus::kRunnable);
  left.m_id = -1;
  g_sleep.sleeper.store(&left, std::memory_order_release);
  g_sleep.deadline.store(now_ns() + 1'000, std::memory_order_seq_cst);
  deadline_moved();
}

void wake_sleeper(P&) {
  if (g_sleep.deadline.load(std::memory_order_acquire) > now_ns()) return;
  g_sleep.deadline.store(kNever, std::memory_order_relaxed);
  G* sleeper = g_sleep.sleeper.exchange(nullptr, std::memory_order_acquire);
  if (sleeper != nullptr) ready(*sleeper, true);
}

std::int64_t sleep_deadline() {
  return g_sleep.deadline.load(std::memory_order_seq_cst);
}

void block_for_sleep(std::int64_t deadline_ns) {
  const std::int64_t wait_ns =
      deadline_ns == kNever ? -1 : deadline_ns - now_ns();
  while (g_sleep.block_word.exchange(0, std::memory_order_acquire) == 0) {
    if (wait_ns == 0) return;
    if (os::futex_wait(g_sleep.block_word, 0, wait_ns) ==
        os::FutexResult::kTimedOut) {
      return;
    }
  }
}

void unblock_sleep() {
  g_sleep.block_word.store(1, std::memory_order_release);
  os::futex_wake(g_sleep.block_word, 1);
}

constexpr Layer kTimed = {.name = "timed",
                          .number = 6,
                          .attend = &wake_sleeper,
                          .next_deadline = &sleep_deadline};
constexpr Layer kBlocking = {.name = "blocking",
                             .number = 7,
                             .attend = &wake_sleeper,
                             .next_deadline = &sleep_deadline,
                             .idle_block = &block_for_sleep,
                             .idle_unblock = &unblock_sleep};

void forget_sleep() {
  g_sleep.sleeper.store(nullptr, std::memory_order_relaxed);
  g_sleep.deadline.store(kNever, std::memory_order_relaxed);
  g_sleep.block_word.store(0, std::memory_order_relaxed);
}

// A goroutine that waits for somebody to make it ready.
atomic<G*> g_aside{nullptr};

void put_aside(M&, G& left, void*) {
  transition(left, GStatus::kRunning, GStatus::kRunnable);
  left.m_id = -1;
  g_aside.store(&left, std::memory_order_release);
}

// Compares the list of idle Ps with their states. Returns true when it
// could look at all of it, because no other M was awake to hand a P over.
bool look_at_idle_ps() {
  const LockGuard guard(state.lock);
  const bool alone = state.idle_ms.size() + 1 == state.ms.size();
  std::size_t linked = 0;
  for_each_p([&](const P& p) {
    const PStatus status = p.status.load(std::memory_order_acquire);
    const bool idle = status == PStatus::kIdle;
    if (p.linked()) ++linked;
    check(idle || !p.linked(), "I-02.13: a P in the list is idle");
    check(p.linked() || !idle || !alone,
          "I-02.13: an idle P is in the list");
  });
  check(linked == state.idle_ps.size() &&
            linked == state.idle_p_count.load(std::memory_order_relaxed),
        "the list is counted right");
  return alone;
}

constexpr std::uint64_t kSeeds = 3'000;

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
    for (const int count : runs)
      check(count == 2, "each ran once, to its end");
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
  for (const int procs : {3, 4}) {
    survives(kSeeds / 2, procs, [procs] {
      g_here.store(1, std::memory_order_relaxed);
      const auto meet = [procs] {
        g_here.fetch_add(1, std::memory_order_acq_rel);
        spin_until([procs] {
          return g_here.load(std::memory_order_acquire) == procs;
        });
      };
      for (int i = 1; i < procs; ++i) go(meet);
      spin_until([procs] {
        return g_here.load(std::memory_order_acquire) == procs;
      });
    });
  }
}

TEST_CASE("runtime: makers do not mislead each other (I-02.12)") {
  // Two goroutines keep their Ps and make work; one P is left to run it.
  // One maker may count as spinning, for a moment, while the other one
  // looks.
  survives(kSeeds, 3, [] {
    g_here.store(0, std::memory_order_relaxed);
    const auto make_and_wait = [] {
      for (int round = 0; round < 2; ++round) {
        atomic<bool> ran{false};
        go([&ran] { ran.store(true, std::memory_order_release); });
        spin_until([&] { return ran.load(std::memory_order_acquire); });
      }
      g_here.fetch_add(1, std::memory_order_acq_rel);
    };
    go(make_and_wait);
    make_and_wait();
    spin_until([] { return g_here.load(std::memory_order_acquire) == 2; });
  });
}

TEST_CASE(
    "runtime: who is put behind the others wakes an idle P (I-02.12)") {
  // A put is a plain store, which may still be on its way when the same
  // thread looks for idle Ps.
  survives(kSeeds, 2, [] {
    g_aside.store(nullptr, std::memory_order_relaxed);
    atomic<bool> ran{false};
    go([&ran] {
      leave(&put_aside, nullptr);
      ran.store(true, std::memory_order_release);
    });
    G* aside = nullptr;
    spin_until([&] {
      aside = g_aside.load(std::memory_order_acquire);
      return aside != nullptr;
    });
    ready(*aside, false);
    spin_until([&] { return ran.load(std::memory_order_acquire); });
  });
}

TEST_CASE("runtime: a raised bit is served whatever the P does (I-02.7)") {
  survives(
      kSeeds, 2,
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

TEST_CASE("runtime: a deadline wakes the goroutine that sleeps for it") {
  for (const Layer* layer : {&kTimed, &kBlocking}) {
    survives(kSeeds / 2, 2,
             [] {
               forget_sleep();
               go([] { yield(); });
               for (int round = 0; round < 2; ++round) {
                 const std::int64_t before = now_ns();
                 // Nobody runs then; without a watcher all threads sleep
                 // for ever.
                 leave(&begin_sleep, nullptr);
                 check(now_ns() >= before + 1'000,
                       "no goroutine wakes early");
               }
             },
             {layer});
  }
}

TEST_CASE("runtime: a run ends although an M sleeps for a late deadline") {
  for (const Layer* layer : {&kTimed, &kBlocking}) {
    survives(kSeeds / 2, 2,
             [] {
               forget_sleep();
               constexpr std::int64_t kHour = 3'600'000'000'000;
               g_sleep.deadline.store(now_ns() + kHour,
                                      std::memory_order_seq_cst);
               go([] {});
               yield();
             },
             {layer});
  }
}

TEST_CASE("runtime: idle Ps, and no others, are in the list (I-02.13)") {
  survives(kSeeds / 2, 3,
           [] {
             for (int round = 0; round < 3; ++round) {
               for (int i = 0; i < 2; ++i) go([] { look_at_idle_ps(); });
               if (round == 1) max_procs(2);
               const std::size_t other = current_m()->p->id == 0 ? 1 : 0;
               raise_and_wake(*state.ps[other], kCounting);
               // Main keeps its P; the others fall asleep one by one.
               spin_until(&look_at_idle_ps);
             }
           },
           {&kCounting});
}

TEST_CASE("runtime: one at a time is in the global queue (I-02.15)") {
  survives(kSeeds / 2, 2, [] {
    constexpr int kCount = 2;
    atomic<int> inside{0};
    atomic<int> left{kCount};
    for (int i = 0; i < kCount; ++i) {
      go([&] {
        for (int round = 0; round < 3; ++round) {
          {
            const QueueGuard guard(state.queue_lock);
            check(inside.fetch_add(1, std::memory_order_relaxed) == 0,
                  "I-02.15: the queue is one goroutine's at a time");
            inside.fetch_sub(1, std::memory_order_relaxed);
          }
          yield();
        }
        left.fetch_sub(1, std::memory_order_release);
      });
    }
    max_procs(1);
    max_procs(3);
    while (left.load(std::memory_order_acquire) != 0) yield();
  });
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

TEST_CASE("runtime: two may stop the world at the same time (I-02.14)") {
  survives(kSeeds / 2, 2, [] {
    atomic<int> left{2};
    for (int i = 0; i < 2; ++i) {
      go([&] {
        stop_world();
        int running = 0;
        for_each_p([&](const P& p) {
          if (p.status.load(std::memory_order_acquire) ==
              PStatus::kRunning) {
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
