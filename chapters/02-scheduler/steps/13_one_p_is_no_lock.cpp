/// @file
/// @brief Adds to a counter from two goroutines on one P.
///
/// Story
///   With one P one goroutine runs at a time. That is not mutual exclusion:
///   it holds only as long as nobody else gets a turn between the load and
///   the store. Here a yield stands there; after chapter 9 nothing needs
///   to.
#include <cstdio>

#include "strata/sched/sched.hpp"

namespace {

constexpr int kTimes = 1000;

// [doc:step-one-p]
int count_up(bool yields_inside) {
  int counter = 0;
  for (int i = 0; i < 2; ++i) {
    strata::go([&counter, yields_inside] {
      for (int time = 0; time < kTimes; ++time) {
        const int seen = counter;
        if (yields_inside) strata::yield();
        counter = seen + 1;
      }
    });
  }
  while (strata::num_goroutine() > 1) strata::yield();
  return counter;
}
// [/doc:step-one-p]

}  // namespace

int main() {
  strata::sched::run({}, [] {
    strata::max_procs(1);
    std::printf("Two goroutines, %d additions each, one P.\n\n", kTimes);
    std::printf("  no turn between load and store  %5d\n", count_up(false));
    std::printf("  a yield between load and store  %5d\n", count_up(true));
  });
}
