/// @file
/// @brief Does the same work with 1, 2, 4 and 8 Ps.
///
/// Story
///   Goroutines that only compute gain from a second processor and nothing
///   from a fifth P: a P is the right to run, it is not a processor. What
///   has no processor behind it waits in the system's queue instead of in
///   ours.
#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "strata/base/clock.hpp"
#include "strata/sched/sched.hpp"

namespace {

constexpr int kGoroutines = 64;
constexpr int kRounds = 40;
constexpr std::uint32_t kLoops = 100'000;

std::uint32_t spin(std::uint32_t seed) {
  for (std::uint32_t i = 0; i < kLoops; ++i) seed = seed * 1664525 + 12345;
  return seed;
}

// [doc:step-many-ps]
double best_ms(int procs) {
  strata::max_procs(procs);
  double best = 1e18;
  for (int round = 0; round < kRounds; ++round) {
    std::uint32_t results[kGoroutines] = {};
    const std::int64_t begin = strata::now_ns();
    for (std::uint32_t& result : results) {
      strata::go([&result] { result = spin(1); });
    }
    while (strata::num_goroutine() > 1) strata::yield();
    const auto ns = static_cast<double>(strata::now_ns() - begin);
    best = std::min(best, results[0] == 0 ? 1e18 : ns / 1e6);
  }
  return best;
}
// [/doc:step-many-ps]

}  // namespace

int main() {
  strata::sched::run({}, [] {
    std::printf("%d goroutines that compute, %d processors.\n\n",
                kGoroutines, strata::num_cpu());
    std::puts("  Ps  milliseconds   of one P");
    const double one = best_ms(1);
    std::printf("  %2d  %12.1f  %9.2f\n", 1, one, 1.0);
    for (const int procs : {2, 4, 8}) {
      const double ms = best_ms(procs);
      std::printf("  %2d  %12.1f  %9.2f\n", procs, ms, ms / one);
    }
  });
}
