/// @file
/// @brief Lab 01.4, solved: batches long enough for the clock, short enough
///        to get between two interruptions, and of these the quickest.
// strata-private-f825cca199d163b7
#include <algorithm>
#include <limits>

#include "measure_switch.hpp"

namespace strata::context::lab {

namespace {

constexpr double kBatchNs = 100'000;
constexpr int kBatches = 300;

// The quickest of some batches: the one that was disturbed least.
double shortest_ns(const RoundTrips& go, const Clock& now,
                   std::uint64_t count, int batches) {
  double best = std::numeric_limits<double>::max();
  for (int i = 0; i < batches; ++i) {
    const std::int64_t began = now();
    go(count);
    best = std::min(best, static_cast<double>(now() - began));
  }
  return best;
}

}  // namespace

double switch_ns(const RoundTrips& go, const Clock& now) {
  // Of several again: an interruption would make a short batch look long.
  std::uint64_t count = 1;
  while (shortest_ns(go, now, count, 11) < kBatchNs) count *= 2;
  return shortest_ns(go, now, count, kBatches) /
         (2.0 * static_cast<double>(count));
}

int wrong_returns(Way way, int frames) {
#if defined(__x86_64__)
  if (way == Way::kBoostCalled) return 2 * frames;
#else
  (void)way;
  (void)frames;
#endif
  return 0;
}

bool pays_for_frames(Way way) { return wrong_returns(way, 1) != 0; }

}  // namespace strata::context::lab
