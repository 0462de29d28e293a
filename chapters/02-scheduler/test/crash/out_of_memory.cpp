/// @file
/// @brief Starts goroutines until the address space is used up.
#include <sys/resource.h>

#include "strata/sched/sched.hpp"

int main() {
  constexpr rlim_t kBytes = rlim_t{2} << 30;
  const rlimit limit{.rlim_cur = kBytes, .rlim_max = kBytes};
  if (setrlimit(RLIMIT_AS, &limit) != 0) return 76;
  strata::sched::run({}, [] {
    constexpr int kFarTooMany = 1'000'000;
    for (int i = 0; i < kFarTooMany; ++i) {
      strata::go([] {
        for (;;) strata::yield();
      });
    }
  });
  return 77;
}
