/// @file
/// @brief Compares what two pieces of code cost, in one run.
#pragma once

#include <algorithm>
#include <chrono>
#include <limits>

#include "strata/testkit/sanitizers.hpp"

namespace strata::sched::lab {

/// True in builds where times say nothing.
inline constexpr bool kTimesMean =
    !testkit::kThreadSanitizer && !testkit::kAddressSanitizer;

/// Runs two pieces of code in turns. @return the best time of the first
/// divided by the best time of the second, which other work on the machine
/// disturbs least.
template <class One, class Other>
double cost_ratio(One one, Other other) {
  constexpr int kTurns = 15;
  const auto seconds = [](auto& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> all =
        std::chrono::steady_clock::now() - begin;
    return all.count();
  };
  double best_one = std::numeric_limits<double>::max();
  double best_other = best_one;
  for (int turn = 0; turn < kTurns; ++turn) {
    best_one = std::min(best_one, seconds(one));
    best_other = std::min(best_other, seconds(other));
  }
  return best_one / best_other;
}

}  // namespace strata::sched::lab
