/// @file
/// @brief Overflows by one frame that is larger than the guard.
#include <cstdio>

#include "one_flow.hpp"

// Without -fstack-clash-protection this frame would step over the guard.
[[gnu::noinline]] int large_frame() {
  char room[100 * 1024 + 64 * 1024];
  room[0] = 'x';
  // Hands the array out, so that it is not optimized away.
  std::snprintf(room + 1, 8, "%d", 42);
  return room[0] + room[1];
}

int main() {
  strata::context::crash::run([] { std::printf("%d\n", large_frame()); });
}
