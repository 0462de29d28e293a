/// @file
/// @brief Tests that statuses change along their edges only.
#include "strata/sched/g.hpp"
#include "strata/sched/p.hpp"
#include "strata/testkit/catch.hpp"
#include "support.hpp"

#include <string>

namespace strata::sched {

TEST_CASE("status: a transition changes the status it names") {
  G g;
  REQUIRE(g.status.load(std::memory_order_relaxed) == GStatus::kDead);
  transition(g, GStatus::kDead, GStatus::kRunnable);
  CHECK(g.status.load(std::memory_order_relaxed) == GStatus::kRunnable);
  P p(3, 1);
  REQUIRE(p.status.load(std::memory_order_relaxed) == PStatus::kDead);
  transition(p, PStatus::kDead, PStatus::kStopped);
  CHECK(p.status.load(std::memory_order_relaxed) == PStatus::kStopped);
}

TEST_CASE("status: the names are those of dumps") {
  CHECK(std::string(status_name(GStatus::kRunnable)) == "runnable");
  CHECK(std::string(status_name(GStatus::kRunning)) == "running");
  CHECK(std::string(status_name(GStatus::kDead)) == "dead");
}

TEST_CASE("status: a goroutine in the wrong status ends the process") {
  const auto ended = test::run_crash("misuse", {"bad_g_status"});
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(ended.err.starts_with(
      "runtime: goroutine 0 has status 6, expected 1\n"
      "fatal error: sched: bad status\n"));
}

TEST_CASE("status: a P in the wrong status ends the process") {
  const auto ended = test::run_crash("misuse", {"bad_p_status"});
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(
      ended.err.starts_with("runtime: P 5 has status 4, expected 1\n"
                            "fatal error: sched: bad status\n"));
}

}  // namespace strata::sched
