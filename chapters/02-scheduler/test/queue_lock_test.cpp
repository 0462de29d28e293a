/// @file
/// @brief Tests when the global queue's lock is a lock.
#include "queue_lock.hpp"

#include <chrono>
#include <vector>

#include "state.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/eventually.hpp"
#include "support.hpp"

namespace strata::sched {
namespace {

// Says whether a RankedLock is free now.
bool is_free(RankedLock& lock) STRATA_NO_THREAD_SAFETY_ANALYSIS {
  if (!lock.try_lock()) return false;
  lock.unlock();
  return true;
}

// True if the scheduler's lock can be taken by somebody else although this
// goroutine holds the queue. Ms on their way to sleep take it for a moment,
// so an answer that is wanted gets time to come.
bool is_elided(bool wanted) {
  const QueueGuard guard(state.queue_lock);
  return testkit::eventually(
      [] { return is_free(state.lock); },
      wanted ? testkit::kEventuallyLimit : std::chrono::milliseconds(20));
}

}  // namespace

TEST_CASE("queue_lock: one P takes no lock, several take it (I-02.15)") {
  RankedLock lock(LockRank::kSched);
  QueueLock queue_lock(lock);
  {
    const QueueGuard guard(queue_lock);
    CHECK(is_free(lock));
  }
  queue_lock.set_many_ps(true);
  {
    const QueueGuard guard(queue_lock);
    CHECK_FALSE(is_free(lock));
  }
  CHECK(is_free(lock));
  queue_lock.set_many_ps(false);
  {
    const QueueGuard guard(queue_lock);
    CHECK(is_free(lock));
  }
}

TEST_CASE("queue_lock: the lock follows the number of Ps (I-02.15)") {
  for (const int procs : {1, 2}) {
    std::vector<bool> wrong;
    test::run_on(procs, [&] {
      const auto look = [&] {
        const bool wanted = max_procs(0) == 1;
        wrong.push_back(is_elided(wanted) != wanted);
      };
      look();
      for (const int count : {1, 2, 3, 1}) {
        max_procs(count);
        look();
      }
    });
    CHECK(wrong == std::vector<bool>(5, false));
  }
}

}  // namespace strata::sched
