/// @file
/// @brief Tests turns with other mixes of steps, and shares of two Ps.
// strata-private-846abe3736be5bbd
#include "../support/runs.hpp"
#include "../support/seed.hpp"
#include "tests/turns.hpp"

namespace {

using namespace strata;              // NOLINT: the layer under test
using namespace strata::sched;       // NOLINT: the layer under test
using namespace strata::sched::lab;  // NOLINT: the tests' own

}  // namespace

TEST_CASE("fair: the model again, many short runs of all mixes") {
  const std::uint64_t seed = chosen_seed();
  INFO("STRATA_SEED=" << seed);
  for (std::uint32_t go_share = 5; go_share <= 95; go_share += 10) {
    for (std::uint32_t part = 0; part <= 3; ++part) {
      const Mix mix = {.go = go_share,
                       .yield = (100 - go_share) * part / 4};
      const Turns turns = RandomTurns(seed + part, mix).compare(1'500);
      INFO("mix " << mix.go << " " << mix.yield << ", step "
                  << turns.first_wrong << ": " << turns.got
                  << " ran, expected was " << turns.expected);
      REQUIRE(turns.first_wrong == -1);
    }
  }
}

TEST_CASE("fair: a share of a long global queue is cut to half a ring") {
  const std::uint64_t seed = chosen_seed();
  INFO("STRATA_SEED=" << seed);
  for (const Mix mix :
       {Mix{.go = 4, .yield = 93}, Mix{.go = 2, .yield = 96},
        Mix{.go = 1, .yield = 30}}) {
    const int live_max = static_cast<int>(kRunQueueSlots) - 10;
    const Turns turns = RandomTurns(seed, mix, live_max).compare(20'000);
    INFO("step " << turns.first_wrong << ": " << turns.got
                 << " ran, expected was " << turns.expected);
    REQUIRE(turns.first_wrong == -1);
  }
}
