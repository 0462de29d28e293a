/// @file
/// @brief Tests stealing with other seeds, and chains of thieves.
// strata-private-82728dfba0c6513b
#include "../support/queues.hpp"
#include "../support/seed.hpp"

namespace {

using namespace strata::sched;       // NOLINT: the layer under test
using namespace strata::sched::lab;  // NOLINT: the tests' own

}  // namespace

TEST_CASE("steal: the model again, mostly thefts, from many positions") {
  const std::uint64_t seed = chosen_seed();
  INFO("STRATA_SEED=" << seed);
  for (const std::uint32_t start : {0U, 0x7fff'fff0U, 0xffff'ff80U}) {
    RandomQueues queues(seed ^ start, 60, start);
    for (int i = 0; i < 10'000; ++i) queues.step();
  }
}

TEST_CASE("steal: what was stolen can be stolen on, in its order") {
  std::vector<G> gs(kSlots);
  RunQueue queues[4];
  fill(queues[0], gs, 0, kSlots);
  queues[0].put_next(gs[0]);
  std::uint32_t end = kSlots / 2;
  for (std::size_t thief = 1; thief < 4; ++thief) {
    G* last = queues[thief].steal_from(queues[thief - 1], true);
    REQUIRE(number_of(gs, last) == static_cast<int>(end) - 1);
    REQUIRE(queues[thief].size() == end - 1);
    end = (end - 1) - (end - 1) / 2;
  }
  CHECK(queues[0].size() == kSlots / 2 + 1);
}
