/// @file
/// @brief Explores the ranked lock, and mutants of it that must be found.

#include "strata/base/ranked_lock.hpp"

#include "strata/os/futex.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/explorer.hpp"

namespace strata {
namespace {

using testkit::check;
using testkit::Exploration;
using testkit::explore;
using testkit::Memory;
using testkit::Report;
using testkit::Search;
using testkit::Verdict;
using testkit::World;

// The sections of a test write this without a lock of their own.
struct Section {
  atomic<int> inside{0};
  int runs = 0;

  void run() {
    check(inside.fetch_add(1, std::memory_order_relaxed) == 0,
          "one thread at a time is inside");
    ++runs;
    inside.fetch_sub(1, std::memory_order_relaxed);
  }
};

constexpr int kThreads = 3;

template <class Lock>
void contend(World& world) {
  Lock lock;
  Section section;
  world.name(lock, "lock");
  world.name(section.inside, "inside");
  for (const char* name : {"one", "two", "three"}) {
    world.thread(name, [&] {
      lock.lock();
      section.run();
      lock.unlock();
    });
  }
  world.run();
  check(section.runs == kThreads, "every section has run");
}

struct Ranked : RankedLock {
  Ranked() : RankedLock(LockRank::kTestInner) {}
};

enum class Mutation {
  kNone,
  kUnlockWithoutWake,
  kSleepUncontended,  // sleeps without marking the lock contended
  kWokenTakesAsHeld,  // forgets that others may still sleep
  kCheckThenTake,     // looks and takes in two steps
};

// The algorithm of RankedLock, with one line wrong.
template <Mutation M>
class MutantLock {
 public:
  void lock() {
    if (take(kHeld)) return;
    if constexpr (M == Mutation::kSleepUncontended) {
      while (!take(kHeld)) os::futex_wait(state_, kHeld);
    } else if constexpr (M == Mutation::kWokenTakesAsHeld) {
      while (!take(kHeld)) {
        if (mark_contended()) os::futex_wait(state_, kContended);
      }
    } else {
      while (exchange(kContended) != kFree) {
        os::futex_wait(state_, kContended);
      }
    }
  }

  void unlock() {
    if (exchange(kFree) != kContended) return;
    if constexpr (M != Mutation::kUnlockWithoutWake) {
      os::futex_wake(state_, 1);
    }
  }

 private:
  static constexpr std::uint32_t kFree = 0;
  static constexpr std::uint32_t kHeld = 1;
  static constexpr std::uint32_t kContended = 2;

  std::uint32_t exchange(std::uint32_t to) {
    return state_.exchange(to, std::memory_order_acq_rel);
  }

  bool take(std::uint32_t as) {
    std::uint32_t expected = kFree;
    if constexpr (M == Mutation::kCheckThenTake) {
      if (state_.load(std::memory_order_relaxed) != kFree) return false;
      state_.store(as, std::memory_order_relaxed);
      return true;
    }
    return state_.compare_exchange_strong(
        expected, as, std::memory_order_acquire, std::memory_order_relaxed);
  }

  bool mark_contended() {
    std::uint32_t expected = kHeld;
    return state_.compare_exchange_strong(expected, kContended,
                                          std::memory_order_relaxed,
                                          std::memory_order_relaxed) ||
           expected == kContended;
  }

  atomic<std::uint32_t> state_{kFree};
};

template <Mutation M>
Report search_mutant(Search search) {
  return explore({.search = search}, contend<MutantLock<M>>);
}

template <Mutation M>
void require_found(Verdict verdict) {
  for (const Search search : {Search::kRandom, Search::kBounded}) {
    const Report report = search_mutant<M>(search);
    INFO(report.text());
    CHECK(report.verdict == verdict);
  }
}

}  // namespace

TEST_CASE("ranked_lock: three threads exclude each other (I-00.3)") {
  const Report report = explore(
      {.search = Search::kBounded, .preemptions_max = 3}, contend<Ranked>);
  INFO(report.text());
  CHECK(report.passed());
  CHECK(report.complete);
}

TEST_CASE("ranked_lock: no wakeup is lost in many schedules (I-00.4)") {
  for (const Memory memory : {Memory::kSequential, Memory::kTso}) {
    const Report report =
        explore({.memory = memory, .seeds = 200'000}, contend<Ranked>);
    INFO(report.text());
    CHECK(report.passed());
  }
}

TEST_CASE("ranked_lock: the record of held locks follows its thread") {
  const Report report = explore({.seeds = 1000}, [](World& world) {
    RankedLock outer{LockRank::kTestOuter};
    RankedLock inner{LockRank::kTestInner};
    for (const char* name : {"one", "two"}) {
      world.thread(name, [&] {
        const LockGuard hold_outer(outer);
        const LockGuard hold_inner(inner);
        check(held_ranked_locks() == 2, "holds its own two");
      });
    }
    world.thread("bystander", [] {
      testkit::step("while others hold locks");
      check(held_ranked_locks() == 0, "holds none");
    });
    world.run();
  });
  INFO(report.text());
  CHECK(report.passed());
}

TEST_CASE("ranked_lock: its unmutated copy passes") {
  CHECK(search_mutant<Mutation::kNone>(Search::kRandom).passed());
  const Report all = search_mutant<Mutation::kNone>(Search::kBounded);
  CHECK(all.passed());
  CHECK(all.complete);
}

TEST_CASE("ranked_lock: a mutant that forgets to wake is found") {
  require_found<Mutation::kUnlockWithoutWake>(Verdict::kLostWakeup);
}

TEST_CASE(
    "ranked_lock: a mutant that sleeps unannounced is found (I-00.4)") {
  require_found<Mutation::kSleepUncontended>(Verdict::kLostWakeup);
}

TEST_CASE("ranked_lock: a mutant that forgets other sleepers is found") {
  require_found<Mutation::kWokenTakesAsHeld>(Verdict::kLostWakeup);
}

TEST_CASE(
    "ranked_lock: a mutant that looks, then takes, is found (I-00.3)") {
  require_found<Mutation::kCheckThenTake>(Verdict::kCheckFailed);
}

}  // namespace strata
