/// @file
/// @brief Explores the reader's deque: under every schedule that is tried,
///        each goroutine is taken exactly once.
#include "strata/testkit/catch.hpp"
#include "tests/explore/duel.hpp"

namespace strata::lab {
namespace {

using testkit::explore;
using testkit::Memory;
using testkit::Report;
using testkit::Search;

constexpr std::uint64_t kManySeeds = 20'000;

void survives(const testkit::Exploration& exploration, const Duel& duel) {
  const Report report = explore(exploration, game(duel));
  INFO(report.text());
  REQUIRE(report.passed());
}

void survives_all(int preemptions, const Duel& duel) {
  survives({.search = Search::kBounded, .preemptions_max = preemptions},
           duel);
}

}  // namespace

TEST_CASE("chase_lev: the last one has one taker, all schedules") {
  survives_all(4, {.there = 1, .owner = "-", .tries = 1, .thieves = 1});
  survives_all(3, {.there = 1, .owner = "-", .tries = 1, .thieves = 2});
  survives_all(3, {.there = 2, .owner = "--", .tries = 2, .thieves = 1});
}

TEST_CASE("chase_lev: a thief sees a goroutine only after its slot") {
  survives_all(4, {.owner = "+", .tries = 1});
  survives_all(3, {.owner = "+-+", .tries = 2});
}

TEST_CASE("chase_lev: an owner and two thieves, many seeds") {
  survives({.seeds = kManySeeds},
           {.there = 2, .owner = "-+--+-", .tries = 3, .thieves = 2});
}

TEST_CASE("chase_lev: late stores lose and double nothing") {
  survives({.memory = Memory::kTso, .seeds = kManySeeds},
           {.there = 2, .owner = "--", .tries = 2, .thieves = 1});
  survives({.memory = Memory::kTso, .seeds = kManySeeds},
           {.there = 3, .owner = "--+-", .tries = 2, .thieves = 2});
}

TEST_CASE("chase_lev: it grows under the eyes of two thieves") {
  survives(
      {.seeds = kManySeeds},
      {.there = 2, .owner = "+++-", .tries = 2, .thieves = 2, .slots = 2});
}

}  // namespace strata::lab
