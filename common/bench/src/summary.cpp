/// @file
/// @brief Order statistics.
#include "strata/bench/summary.hpp"

#include "strata/base/assert.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::bench {

double Summary::spread() const {
  return median > 0 ? (p90 - p10) / median : 0;
}

double quantile(const std::vector<double>& sorted, double q) {
  STRATA_ASSERT(!sorted.empty(), "a quantile needs a sample");
  STRATA_ASSERT(q >= 0 && q <= 1, "a quantile is a share");
  const double place = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double share = place - static_cast<double>(below);
  return sorted[below] + share * (sorted[above] - sorted[below]);
}

Summary summarize(std::vector<double> sample) {
  std::ranges::sort(sample);
  return {.min = quantile(sample, 0),
          .median = quantile(sample, 0.5),
          .p10 = quantile(sample, 0.1),
          .p90 = quantile(sample, 0.9)};
}

}  // namespace strata::bench
