/// @file
/// @brief Tests stealing from a run queue: how many, which, and when the
/// front slot.
#include <cstdint>
#include <vector>

#include "queue_support.hpp"
#include "strata/sched/g.hpp"
#include "strata/sched/run_queue.hpp"
#include "strata/testkit/catch.hpp"

namespace strata::sched {
namespace {

constexpr std::uint32_t kSlots = kRunQueueSlots;

using test::addresses;
using test::drain;
using test::fill;

}  // namespace

TEST_CASE("run_queue: a thief takes the older half (I-02.2)") {
  for (std::uint32_t count = 1; count <= kSlots; ++count) {
    std::vector<G> gs(count);
    RunQueue victim;
    RunQueue thief;
    fill(victim, gs, 0, count);
    const std::uint32_t stolen = count - count / 2;
    G* last = thief.steal_from(victim, false);
    REQUIRE(last == &gs[stolen - 1]);
    REQUIRE(drain(thief) == addresses(gs, 0, stolen - 1));
    REQUIRE(drain(victim) == addresses(gs, stolen, count));
  }
}

TEST_CASE("run_queue: a thief leaves the front slot alone until told") {
  G g;
  RunQueue victim;
  RunQueue thief;
  victim.put_next(g);
  CHECK(thief.steal_from(victim, false) == nullptr);
  CHECK(victim.size() == 1);
  CHECK(thief.steal_from(victim, true) == &g);
  CHECK(victim.empty());
  CHECK(thief.empty());
}

TEST_CASE("run_queue: a thief prefers the ring to the front slot") {
  std::vector<G> gs(2);
  RunQueue victim;
  RunQueue thief;
  fill(victim, gs, 0, 1);
  victim.put_next(gs[1]);
  CHECK(thief.steal_from(victim, true) == &gs[0]);
  CHECK(victim.get().g == &gs[1]);
}

}  // namespace strata::sched
