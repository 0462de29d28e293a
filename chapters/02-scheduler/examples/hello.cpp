/// @file
/// @brief Says hello from a goroutine: the shortest whole program.
#include <cstdio>

#include "strata/sched/sched.hpp"

int main() {
  return strata::sched::run({}, [] {
    strata::go([] { std::puts("hello from a goroutine"); });
    // The program ends when this function returns, so it waits by yielding.
    while (strata::num_goroutine() > 1) strata::yield();
  });
}
