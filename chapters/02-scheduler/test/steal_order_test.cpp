/// @file
/// @brief Tests the walks of thieves over all Ps.
#include "steal_order.hpp"

#include <vector>

#include "strata/testkit/catch.hpp"

namespace strata::sched {

TEST_CASE(
    "steal_order: a walk visits each P exactly once, for 1 to 64 Ps") {
  Rng rng(1);
  for (std::uint32_t count = 1; count <= 64; ++count) {
    StealOrder order;
    order.reset(count);
    for (int round = 0; round < 50; ++round) {
      std::vector<int> visits(count, 0);
      for (auto walk = order.start(rng); !walk.done(); walk.next()) {
        REQUIRE(walk.position() < count);
        ++visits[walk.position()];
      }
      REQUIRE(visits == std::vector<int>(count, 1));
    }
  }
}

TEST_CASE("steal_order: walks start at every P and differ in their step") {
  constexpr std::uint32_t kPs = 7;
  Rng rng(2);
  StealOrder order;
  order.reset(kPs);
  std::vector<int> starts(kPs, 0);
  std::vector<int> steps(kPs, 0);
  for (int round = 0; round < 1000; ++round) {
    auto walk = order.start(rng);
    const std::uint32_t first = walk.position();
    walk.next();
    ++starts[first];
    ++steps[(walk.position() + kPs - first) % kPs];
  }
  // Seven starts and six steps, each of a thousand walks alike.
  for (std::uint32_t p = 0; p < kPs; ++p) CHECK(starts[p] > 80);
  for (std::uint32_t step = 1; step < kPs; ++step) CHECK(steps[step] > 80);
}

TEST_CASE("steal_order: a smaller count replaces a larger one") {
  Rng rng(3);
  StealOrder order;
  order.reset(64);
  order.reset(3);
  int visits = 0;
  for (auto walk = order.start(rng); !walk.done(); walk.next()) {
    CHECK(walk.position() < 3);
    ++visits;
  }
  CHECK(visits == 3);
}

}  // namespace strata::sched
