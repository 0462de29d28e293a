/// @file
/// @brief Tests the table of goroutine records: reuse, spill, listing.
#include "g_table.hpp"

#include <memory>
#include <set>
#include <vector>

#include "state.hpp"
#include "strata/context/stack_pool.hpp"
#include "strata/testkit/catch.hpp"
#include "support.hpp"

namespace strata::sched {
namespace {

constexpr std::size_t kStackBytes = context::kDefaultStackBytes;

// A table with two Ps that use it.
struct Fixture {
  context::StackPool stacks;
  GTable table{stacks};
  P p0{0, 1};
  P p1{1, 2};

  std::vector<G*> take(P& p, std::size_t count) {
    std::vector<G*> gs;
    for (std::size_t i = 0; i < count; ++i) {
      gs.push_back(&table.take(p, kStackBytes));
    }
    return gs;
  }
  void give(P& p, const std::vector<G*>& gs) {
    for (G* g : gs) table.give(p, *g);
  }
};

std::set<G*> unique(const std::vector<G*>& gs) {
  return {gs.begin(), gs.end()};
}

}  // namespace

TEST_CASE("g_table: records in use are all different (I-02.6)") {
  const auto fixture = std::make_unique<Fixture>();
  const std::vector<G*> gs = fixture->take(fixture->p0, 3000);
  CHECK(unique(gs).size() == 3000);
  std::set<std::byte*> stacks;
  for (G* g : gs) stacks.insert(g->stack.lo);
  CHECK(stacks.size() == 3000);
  CHECK(fixture->table.size() >= 3000);
}

TEST_CASE("g_table: the global queue has a slot for each record (I-02.5)") {
  constexpr std::size_t kCount = 3000;  // several chunks
  const auto fixture = std::make_unique<Fixture>();
  fixture->take(fixture->p0, kCount);
  std::vector<G*> gs;
  fixture->table.for_each([&gs](G& g) { gs.push_back(&g); });
  REQUIRE(gs.size() >= kCount);
  // Without a slot a push ends the process.
  for (G* g : gs) state.global.push(*g);
  CHECK(state.global.size() == gs.size());
  for (G* g : gs) REQUIRE(state.global.pop() == g);
  CHECK(state.global.pop() == nullptr);
}

TEST_CASE("g_table: the record given last is taken first") {
  const auto fixture = std::make_unique<Fixture>();
  const std::vector<G*> gs = fixture->take(fixture->p0, 3);
  fixture->give(fixture->p0, gs);
  CHECK(fixture->take(fixture->p0, 1).front() == gs[2]);
  CHECK(fixture->take(fixture->p0, 1).front() == gs[1]);
  CHECK(fixture->take(fixture->p0, 1).front() == gs[0]);
}

TEST_CASE("g_table: what one P has too much of, another P uses (I-02.6)") {
  const auto fixture = std::make_unique<Fixture>();
  constexpr std::size_t kCount = 4 * kFreeGs;
  const std::vector<G*> gs = fixture->take(fixture->p0, kCount);
  fixture->give(fixture->p0, gs);
  CHECK(fixture->p0.free_gs.count <= kFreeGs);
  const std::vector<G*> again = fixture->take(fixture->p1, kCount / 2);
  const std::set<G*> before = unique(gs);
  for (G* g : again) CHECK(before.count(g) == 1);
}

TEST_CASE("g_table: a P that dies leaves nothing in its cache") {
  const auto fixture = std::make_unique<Fixture>();
  const std::vector<G*> gs = fixture->take(fixture->p0, 2);
  fixture->give(fixture->p0, gs);
  REQUIRE(fixture->p0.free_gs.count > 0);
  fixture->table.give_all(fixture->p0);
  CHECK(fixture->p0.free_gs.count == 0);
}

TEST_CASE(
    "g_table: giving and taking for a long time makes no new records") {
  const auto fixture = std::make_unique<Fixture>();
  const std::vector<G*> kept = fixture->take(fixture->p0, 100);
  const std::uint32_t size = fixture->table.size();
  for (int round = 0; round < 1000; ++round) {
    fixture->give(fixture->p0, fixture->take(fixture->p0, 50));
    fixture->give(fixture->p1, fixture->take(fixture->p1, 50));
  }
  CHECK(fixture->table.size() <= 2 * size);
  fixture->give(fixture->p0, kept);
}

TEST_CASE("g_table: records crossing from P to P stay unique (I-02.6)") {
  const auto fixture = std::make_unique<Fixture>();
  Rng rng(7);
  std::vector<G*> in_use;
  for (int i = 0; i < test::kManyRounds; ++i) {
    P& p = rng.below(2) == 0 ? fixture->p0 : fixture->p1;
    if (rng.below(2) == 0 && in_use.size() < 500) {
      in_use.push_back(&fixture->table.take(p, kStackBytes));
    } else if (!in_use.empty()) {
      const std::size_t index =
          rng.below(static_cast<std::uint32_t>(in_use.size()));
      std::swap(in_use[index], in_use.back());
      fixture->table.give(p, *in_use.back());
      in_use.pop_back();
    }
  }
  CHECK(unique(in_use).size() == in_use.size());
}

TEST_CASE("g_table: a larger stack is fitted and not kept by the record") {
  const auto fixture = std::make_unique<Fixture>();
  constexpr std::size_t kLarge = 1024 * 1024;
  G& g = fixture->table.take(fixture->p0, kLarge);
  CHECK(g.stack.limit_bytes() == kLarge);
  fixture->table.give(fixture->p0, g);
  CHECK_FALSE(g.stack);
  G& again = fixture->table.take(fixture->p0, kStackBytes);
  CHECK(&again == &g);
  CHECK(again.stack.limit_bytes() == kStackBytes);
}

TEST_CASE("g_table: listing visits every record once") {
  const auto fixture = std::make_unique<Fixture>();
  const std::vector<G*> gs = fixture->take(fixture->p0, 1500);
  std::set<G*> seen;
  std::size_t visits = 0;
  fixture->table.for_each([&](G& g) {
    seen.insert(&g);
    ++visits;
  });
  CHECK(visits == fixture->table.size());
  CHECK(seen.size() == visits);
  for (G* g : gs) CHECK(seen.count(g) == 1);
}

}  // namespace strata::sched
