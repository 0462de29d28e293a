/// @file
/// @brief Tests that the bounded search is complete and counts preemptions.

#include "strata/testkit/explorer.hpp"

#include "strata/base/atomic.hpp"
#include "strata/testkit/catch.hpp"

#include <set>
#include <string>

namespace strata::testkit {
namespace {

// Two threads of two steps each; what happened, as a word over {a, b}.
Report collect(int preemptions_max, std::set<std::string>& orders) {
  return explore(
      {.search = Search::kBounded, .preemptions_max = preemptions_max},
      [&](World& world) {
        std::string order;
        for (const char letter : {'a', 'b'}) {
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
}

}  // namespace

TEST_CASE("bounded: without preemptions each order runs once (I-00.12)") {
  std::set<std::string> orders;
  const Report report = collect(0, orders);
  CHECK(report.complete);
  CHECK(report.schedules == 2);
  CHECK(orders == std::set<std::string>{"aabb", "bbaa"});
}

TEST_CASE("bounded: enough preemptions show every order (I-00.12)") {
  std::set<std::string> orders;
  CHECK(collect(4, orders).complete);
  CHECK(orders == std::set<std::string>{"aabb", "abab", "abba", "baab",
                                        "baba", "bbaa"});
}

TEST_CASE("bounded: the limit of schedules leaves the search incomplete") {
  const Report report = explore(
      {.search = Search::kBounded, .schedules_max = 3}, [](World& world) {
        world.thread("one", [] { step("one"); });
        world.thread("two", [] { step("two"); });
        world.run();
      });
  CHECK(report.schedules == 3);
  CHECK(report.passed());
  CHECK_FALSE(report.complete);
}

TEST_CASE("bounded: a spin loop ends, its partner gets to run (I-00.11)") {
  const Report report = explore(
      {.search = Search::kBounded, .preemptions_max = 2}, [](World& world) {
        atomic<int> turn{0};
        for (int self = 0; self < 3; ++self) {
          world.thread("spinner", [&turn, self] {
            while (turn.load(std::memory_order_acquire) != self)
              cpu_relax();
            turn.store(self + 1, std::memory_order_release);
          });
        }
        world.run();
      });
  INFO(report.text());
  CHECK(report.passed());
  CHECK(report.complete);
}

}  // namespace strata::testkit
