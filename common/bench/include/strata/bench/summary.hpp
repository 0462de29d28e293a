/// @file
/// @brief Turns the rounds of a row into a few numbers.
#pragma once

#include <vector>

namespace strata::bench {

/// Order statistics of a sample.
struct Summary {
  /// Smallest value: the round that was disturbed least.
  double min = 0;
  /// Middle value.
  double median = 0;
  /// A tenth of the sample lies below.
  double p10 = 0;
  /// A tenth of the sample lies above.
  double p90 = 0;

  /// Returns the distance from p10 to p90 as a share of the median.
  [[nodiscard]] double spread() const;
};

/// Returns the value below which a share `q` of the sample lies, linear
/// between neighbors.
/// @param sorted ascending, not empty. @param q from 0 to 1.
[[nodiscard]] double quantile(const std::vector<double>& sorted, double q);

/// Summarizes a sample. @param sample not empty, in any order.
[[nodiscard]] Summary summarize(std::vector<double> sample);

}  // namespace strata::bench
