/// @file
/// @brief Tests that a run leaves the shared state as it found it.
#include "state.hpp"

#include "strata/sched/schedule.hpp"
#include "strata/testkit/catch.hpp"
#include "support.hpp"

namespace strata::sched {
namespace {

// No thread is left that could need the lock.
void check_untouched() STRATA_NO_THREAD_SAFETY_ANALYSIS {
  CHECK(state.layers.empty());
  CHECK(state.idle_owner == nullptr);
  CHECK_FALSE(state.has_exit_hooks);
  CHECK_FALSE(state.has_deadlines);
  CHECK_FALSE(state.stacks.has_value());
  CHECK_FALSE(state.goroutines.has_value());
  CHECK(state.global.size() == 0);
  CHECK(state.idle_ps.empty());
  CHECK(state.idle_ms.empty());
  CHECK(state.ms.empty());
  CHECK(state.stop_wait == 0);
  CHECK_FALSE(state.world_stopping);
  for (const auto& p : state.ps) CHECK(p == nullptr);
  CHECK(state.procs.load(std::memory_order_relaxed) == 0);
  CHECK(state.ps_made.load(std::memory_order_relaxed) == 0);
  CHECK(state.spinning.load(std::memory_order_relaxed) == 0);
  CHECK(state.idle_p_count.load(std::memory_order_relaxed) == 0);
  CHECK_FALSE(state.watched.load(std::memory_order_relaxed));
  CHECK_FALSE(state.world_taken.load(std::memory_order_relaxed));
  CHECK_FALSE(state.running.load(std::memory_order_relaxed));
  CHECK_FALSE(state.exiting.load(std::memory_order_relaxed));
  CHECK(state.live_threads.load(std::memory_order_relaxed) == 0);
  CHECK(state.idle_m_count.load(std::memory_order_relaxed) == 0);
  CHECK(state.m_count.load(std::memory_order_relaxed) == 0);
  CHECK(state.system_live.load(std::memory_order_relaxed) == 0);
}

}  // namespace

TEST_CASE("state: before the first run there is nothing") {
  CHECK(current_m() == nullptr);
  CHECK(current_g() == nullptr);
}

TEST_CASE("state: a run leaves it as it found it (I-02.9)") {
  for (const int procs : {1, 2, 7}) {
    test::run_on(procs, [] {
      for (int i = 0; i < 20; ++i) {
        go([] {
          for (;;) yield();
        });
      }
      for (int i = 0; i < 20; ++i) yield();
      max_procs(5);
    });
    check_untouched();
  }
}

}  // namespace strata::sched
