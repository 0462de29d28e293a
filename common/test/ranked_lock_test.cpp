/// @file
/// @brief Tests the ranked lock with real threads.

#include "strata/base/ranked_lock.hpp"

#include "strata/base/assert.hpp"
#include "strata/os/thread.hpp"
#include "strata/testkit/catch.hpp"

#include <string>

namespace strata {
namespace {

constexpr int kRounds = 20'000;

struct Counter {
  RankedLock lock{LockRank::kTestInner};
  int value STRATA_GUARDED_BY(lock) = 0;

  static void count(void* raw) {
    auto& counter = *static_cast<Counter*>(raw);
    for (int i = 0; i < kRounds; ++i) {
      const LockGuard hold(counter.lock);
      ++counter.value;
    }
  }
};

// Tries the lock on another thread, and gives it back at once.
bool os_thread_takes(RankedLock& lock) {
  struct Try {
    RankedLock& lock;
    bool taken = false;
  } attempt{lock};
  os::Thread thread;
  const auto run = [](void* raw) {
    auto& self = *static_cast<Try*>(raw);
    if (!self.lock.try_lock()) return;
    self.taken = true;
    self.lock.unlock();
  };
  REQUIRE(thread.start(run, &attempt, "trier") == 0);
  thread.join();
  return attempt.taken;
}

}  // namespace

TEST_CASE("ranked_lock: no increment is lost among threads (I-00.3)") {
  Counter counter;
  os::Thread threads[4];
  for (os::Thread& thread : threads) {
    REQUIRE(thread.start(&Counter::count, &counter, "counter") == 0);
  }
  for (os::Thread& thread : threads) thread.join();
  const LockGuard hold(counter.lock);
  CHECK(counter.value == 4 * kRounds);
}

TEST_CASE("ranked_lock: a try takes a free lock and no other") {
  RankedLock lock(LockRank::kTestInner);
  if (!lock.try_lock()) {
    FAIL("the lock is free");
    return;  // for the thread-safety analysis
  }
  CHECK_FALSE(os_thread_takes(lock));
  lock.unlock();
  CHECK(os_thread_takes(lock));
}

TEST_CASE("ranked_lock: ranks rise, and locks return in any order") {
  RankedLock outer(LockRank::kTestOuter);
  RankedLock inner(LockRank::kTestInner);
  outer.lock();
  inner.lock();
  CHECK(held_ranked_locks() == (kChecked ? 2 : 0));
  outer.unlock();
  CHECK(held_ranked_locks() == (kChecked ? 1 : 0));
  inner.unlock();
  CHECK(held_ranked_locks() == 0);
}

TEST_CASE("ranked_lock: every rank has a name and a purpose") {
  CHECK(std::string(lock_rank_name(LockRank::kSched)) == "kSched");
  CHECK(std::string(lock_rank_protects(LockRank::kSched)).find("queue") !=
        std::string::npos);
}

}  // namespace strata
