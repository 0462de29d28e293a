/// @file
/// @brief Tests the deque at other sizes, with other seeds, and its
/// manners.
// strata-private-7efef321acd51019
#include "chase_lev.hpp"

#include <vector>

#include "strata/testkit/catch.hpp"
#include "strata/testkit/sanitizers.hpp"
#include "tests/deque_model.hpp"

namespace strata::lab {

TEST_CASE("chase_lev: fifty seeds and five sizes agree with the model") {
  constexpr int kRounds = testkit::kSanitized ? 500 : 5'000;
  for (const std::size_t slots : {1U, 2U, 8U, 64U, 256U}) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      INFO("STRATA_SEED=" << seed << " slots " << slots);
      DequeModel test(seed, slots, 600);
      for (int i = 0; i < kRounds; ++i) test.step();
    }
  }
}

TEST_CASE("chase_lev: it outlives a hundred thousand rounds of its ring") {
  std::vector<sched::G> gs(3);
  ChaseLev deque(2);
  for (int i = 0; i < 100'000; ++i) {
    for (sched::G& g : gs) deque.push(g);
    REQUIRE(deque.steal().g == &gs[0]);
    REQUIRE(deque.steal().g == &gs[1]);
    REQUIRE(deque.pop() == &gs[2]);
    REQUIRE(deque.pop() == nullptr);
  }
  REQUIRE(deque.size() == 0);
}

}  // namespace strata::lab
