/// @file
/// @brief Tests the order statistics of rounds.
#include "strata/bench/summary.hpp"

#include "strata/testkit/catch.hpp"

namespace strata::bench {

TEST_CASE("summary: a quantile between two values is on the line") {
  const std::vector<double> sorted{10, 20, 30, 40};
  CHECK(quantile(sorted, 0) == 10);
  CHECK(quantile(sorted, 0.5) == 25);
  CHECK(quantile(sorted, 1) == 40);
}

TEST_CASE("summary: one value is all of its quantiles") {
  const Summary summary = summarize({7});
  CHECK(summary.min == 7);
  CHECK(summary.median == 7);
  CHECK(summary.p10 == 7);
  CHECK(summary.p90 == 7);
  CHECK(summary.spread() == 0);
}

TEST_CASE("summary: the order of the rounds does not matter") {
  const Summary summary = summarize({5, 1, 11, 3, 9, 2, 8, 4, 10, 6, 7});
  CHECK(summary.min == 1);
  CHECK(summary.p10 == 2);
  CHECK(summary.median == 6);
  CHECK(summary.p90 == 10);
  CHECK(summary.spread() == Approx(8.0 / 6.0));
}

TEST_CASE("summary: rounds that took no time have no spread") {
  CHECK(summarize({0, 0, 0}).spread() == 0);
}

}  // namespace strata::bench
