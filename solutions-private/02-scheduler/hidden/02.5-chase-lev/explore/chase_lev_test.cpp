/// @file
/// @brief Explores longer games, with other seeds, and late stores while
/// the
///        deque grows.
// strata-private-d4b51201fabf04a9
#include "strata/testkit/catch.hpp"
#include "tests/explore/duel.hpp"

namespace strata::lab {
namespace {

using testkit::Memory;

void survives(const testkit::Exploration& exploration, const Duel& duel) {
  const testkit::Report report = explore(exploration, game(duel));
  INFO(report.text());
  REQUIRE(report.passed());
}

constexpr std::uint64_t kSeeds = 20'000;
constexpr std::uint64_t kElsewhere = 7'000'000;

}  // namespace

TEST_CASE("chase_lev: longer games, seeds from elsewhere") {
  survives({.seeds = kSeeds, .first_seed = kElsewhere},
           {.there = 3, .owner = "---+-+-", .tries = 3, .thieves = 2});
  survives({.seeds = kSeeds, .first_seed = kElsewhere},
           {.there = 1, .owner = "+-+-+-", .tries = 4, .thieves = 2});
}

TEST_CASE("chase_lev: it grows while stores are late") {
  survives(
      {.memory = Memory::kTso, .seeds = kSeeds, .first_seed = kElsewhere},
      {.there = 1,
       .owner = "+++-+--",
       .tries = 3,
       .thieves = 2,
       .slots = 1});
}

}  // namespace strata::lab
