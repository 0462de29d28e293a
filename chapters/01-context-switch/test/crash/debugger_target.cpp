/// @file
/// @brief Stands still three calls deep on a flow's stack, for a debugger.
#include <cstdio>

#include "one_flow.hpp"

// External names, so that a debugger finds them by their plain spelling.
// [doc:crash-stand]
[[gnu::noinline]] void stand_here() {
  asm volatile("" ::: "memory");
  std::puts("standing");
}
[[gnu::noinline]] void called_by_flow(int depth) {
  if (depth == 0) {
    stand_here();
  } else {
    called_by_flow(depth - 1);
  }
  asm volatile("" ::: "memory");
}

int main() {
  strata::context::crash::run([] { called_by_flow(2); });
}
// [/doc:crash-stand]
