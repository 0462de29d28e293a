/// @file
/// @brief Prints how long a yield takes beside more and more burners.
#include <cstdio>

#include "spin.hpp"
#include "strata/sched/sched.hpp"
#include "yield_delay.hpp"

namespace {

constexpr std::int64_t kBurnNs = 20'000;
constexpr int kYields = 1'000;

void print_table(int procs) {
  strata::max_procs(procs);
  std::printf("%d P, burners compute %d us and yield\n\n", procs,
              static_cast<int>(kBurnNs / 1'000));
  std::puts("  burners   a yield alone   under load   in burns");
  for (const int burners : {0, 1, 2, 4, 8}) {
    const strata::lab::Delay delay = strata::lab::measure_yield(
        burners, kYields, [] { strata::lab::spin_ns(kBurnNs); });
    std::printf("  %7d   %10.0f ns   %7.0f ns   %8.1f\n", burners,
                delay.alone_ns, delay.loaded_ns,
                delay.loaded_ns / static_cast<double>(kBurnNs));
  }
  std::puts("");
}

}  // namespace

int main() {
  strata::sched::run({}, [] {
    print_table(1);
    print_table(2);
  });
}
