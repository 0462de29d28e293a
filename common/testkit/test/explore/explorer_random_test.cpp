/// @file
/// @brief Tests that the random search reaches what it should.

#include "strata/testkit/explorer.hpp"

#include "strata/base/atomic.hpp"
#include "strata/testkit/catch.hpp"

#include <set>
#include <string>

namespace strata::testkit {

TEST_CASE("random: every interleaving of a small test turns up") {
  std::set<std::string> orders;
  const Report report = explore({.seeds = 20'000}, [&](World& world) {
    std::string order;
    for (const char letter : {'a', 'b', 'c'}) {
      world.thread("writer", [&order, letter] {
        for (int i = 0; i < 2; ++i) {
          step("next letter");
          order += letter;
        }
      });
    }
    world.run();
    orders.insert(order);
  });
  CHECK(report.passed());
  CHECK(orders.size() == 90);  // 6! / (2! 2! 2!)
}

TEST_CASE("random: a long wait for one thread alone turns up") {
  // One thread must take twelve steps while the other stands between two.
  const Report report = explore({.seeds = 10'000}, [](World& world) {
    atomic<int> progress{0};
    world.thread("slow", [&] {
      const int before = progress.load(std::memory_order_relaxed);
      const int after = progress.load(std::memory_order_relaxed);
      check(after - before < 12, "never left standing so long");
    });
    world.thread("fast", [&] {
      for (int i = 0; i < 12; ++i) {
        progress.fetch_add(1, std::memory_order_relaxed);
      }
    });
    world.run();
  });
  CHECK(report.verdict == Verdict::kCheckFailed);
  CHECK(report.schedules < 1000);
}

TEST_CASE("random: a spin loop ends in every style (I-00.11)") {
  const Report report = explore({.seeds = 3000}, [](World& world) {
    atomic<int> turn{0};
    for (int self = 0; self < 3; ++self) {
      world.thread("spinner", [&turn, self] {
        while (turn.load(std::memory_order_acquire) != self) cpu_relax();
        turn.store(self + 1, std::memory_order_release);
      });
    }
    world.run();
  });
  INFO(report.text());
  CHECK(report.passed());
}

}  // namespace strata::testkit
