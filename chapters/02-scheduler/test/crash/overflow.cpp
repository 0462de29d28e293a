/// @file
/// @brief Recurses on a goroutine until its stack is full.
#include "strata/sched/sched.hpp"

[[gnu::noinline]] int dig(int depth) {
  if (depth < 0) return 0;  // never; the compiler must not know
  const int below = dig(depth + 1);
  __asm__ volatile("" ::: "memory");  // no tail call
  return below + depth;
}

int main() {
  return strata::sched::run({}, [] {
    strata::go({.stack_bytes = 100'000, .name = "digger"}, [] { dig(0); });
    for (;;) strata::yield();
  });
}
