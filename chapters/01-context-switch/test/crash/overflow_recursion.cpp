/// @file
/// @brief Recurses until the guard is hit.
#include <cstdio>

#include "one_flow.hpp"
#include "strata/base/fatal.hpp"

// Needs the answer of the level below, so that no compiler makes it a loop,
// and has a way out that is never taken. External, so that it has a name.
// [doc:crash-recurse]
// NOLINTNEXTLINE(misc-no-recursion)
[[gnu::noinline]] int recurse(int depth) {
  char room[200];
  std::snprintf(room, sizeof room, "%d", depth);
  if (room[0] == '-') return 0;
  return recurse(depth + 1) + room[0];
}
// [/doc:crash-recurse]

int main() {
  strata::set_describe_running(
      [](strata::RawWriter& out) { out.str("goroutine 7 [running]:\n"); });
  strata::context::crash::run([] { std::printf("%d\n", recurse(0)); });
}
