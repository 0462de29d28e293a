/// @file
/// @brief Begins a run and says how many Ps it has.
#include <cstdio>

#include "strata/sched/sched.hpp"

int main() {
  return strata::sched::run({}, [] {
    std::printf("procs=%d\n", strata::max_procs(0));
    std::fflush(stdout);
  });
}
