/// @file
/// @brief Tests the reader's deque: both ends, growth, a plain model, real
///        threads, and what a turn costs.
#include "chase_lev.hpp"

#include <array>
#include <cstdlib>
#include <ctime>
#include <thread>
#include <vector>

#include "compare.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/sanitizers.hpp"
#include "tests/deque_model.hpp"

namespace strata::lab {
namespace {

using sched::G;

// A build with a sanitizer is many times slower.
constexpr int kManyRounds = testkit::kSanitized ? 20'000 : 200'000;

// Counts how often each goroutine was taken, on any thread.
class Taken {
 public:
  explicit Taken(std::size_t count) : gs(count), times_(count) {}

  void note(const G* g) {
    const auto number = static_cast<std::size_t>(g - gs.data());
    // relaxed: read after all threads have been joined.
    times_[number].fetch_add(1, std::memory_order_relaxed);
  }

  void check_all() {
    for (std::size_t i = 0; i < gs.size(); ++i) {
      UNSCOPED_INFO("how often goroutine " << i << " was taken");
      REQUIRE(times_[i].load(std::memory_order_relaxed) == 1);
    }
  }

  std::vector<G> gs;

 private:
  std::vector<atomic<int>> times_;
};

}  // namespace

TEST_CASE("chase_lev: what is pushed comes back") {
  G g;
  ChaseLev deque(4);
  deque.push(g);
  CHECK(deque.size() == 1);
  CHECK(deque.pop() == &g);
  CHECK(deque.size() == 0);
}

TEST_CASE("chase_lev: the owner takes the newest, a thief the oldest") {
  std::array<G, 4> gs;
  ChaseLev deque(4);
  for (G& g : gs) deque.push(g);
  CHECK(deque.pop() == &gs[3]);
  CHECK(deque.steal().g == &gs[0]);
  CHECK(deque.pop() == &gs[2]);
  CHECK(deque.steal().g == &gs[1]);
  CHECK(deque.size() == 0);
}

TEST_CASE("chase_lev: asking an empty deque leaves it as it was") {
  std::array<G, 2> gs;
  ChaseLev deque(4);
  for (int round = 0; round < 10; ++round) {
    INFO("round " << round);
    REQUIRE(deque.pop() == nullptr);
    REQUIRE(deque.pop() == nullptr);
    const Loot loot = deque.steal();
    REQUIRE(loot.g == nullptr);
    REQUIRE_FALSE(loot.lost);
    deque.push(gs[0]);
    deque.push(gs[1]);
    REQUIRE(deque.steal().g == &gs[0]);
    REQUIRE(deque.pop() == &gs[1]);
  }
}

TEST_CASE("chase_lev: it grows, wherever in the ring its ends are") {
  constexpr std::size_t kCount = 1'000;
  std::vector<G> gs(kCount);
  for (std::size_t gone = 0; gone < 9; ++gone) {
    INFO(gone << " goroutines had gone through it before");
    ChaseLev deque(4);
    for (std::size_t i = 0; i < gone; ++i) {
      deque.push(gs[i]);
      REQUIRE(deque.steal().g == &gs[i]);
    }
    for (G& g : gs) deque.push(g);
    REQUIRE(deque.size() == kCount);
    for (std::size_t i = 0; i < kCount / 2; ++i) {
      REQUIRE(deque.steal().g == &gs[i]);
      REQUIRE(deque.pop() == &gs[kCount - 1 - i]);
    }
    REQUIRE(deque.pop() == nullptr);
  }
}

TEST_CASE("chase_lev: random operations do what a plain model does") {
  const char* given = std::getenv("STRATA_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10)
                       : static_cast<std::uint64_t>(std::time(nullptr));
  INFO("STRATA_SEED=" << seed);
  DequeModel test(seed, 4, 200);
  for (int i = 0; i < kManyRounds; ++i) test.step();
}

TEST_CASE("chase_lev: real threads take each goroutine once") {
  constexpr std::size_t kCount = testkit::kSanitized ? 20'000 : 100'000;
  Taken taken(kCount);
  ChaseLev deque(4);
  atomic<bool> over{false};
  const auto rob = [&] {
    // acquire: after the owner's last push, one more look finds the rest.
    for (bool last = false; !last;) {
      last = over.load(std::memory_order_acquire);
      for (Loot loot = deque.steal(); loot.g != nullptr || loot.lost;
           loot = deque.steal()) {
        if (loot.g != nullptr) taken.note(loot.g);
      }
    }
  };
  std::thread one(rob);
  std::thread two(rob);
  for (std::size_t i = 0; i < kCount; ++i) {
    deque.push(taken.gs[i]);
    if (i % 3 != 0) continue;
    if (const G* g = deque.pop(); g != nullptr) taken.note(g);
  }
  over.store(true, std::memory_order_release);
  one.join();
  two.join();
  taken.check_all();
}

TEST_CASE("chase_lev: push and pop cost at most ten times put and get") {
  const Costs costs = compare_owner(kManyRounds);
  INFO("the deque's push and pop against put and get: " << costs.ratio());
  REQUIRE(costs.deque_took_all);
  CHECK(costs.ratio() < 10);
}

}  // namespace strata::lab
