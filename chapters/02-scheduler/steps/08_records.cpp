/// @file
/// @brief Prints how large the three records are, and the ring in a P.
#include <cstddef>
#include <cstdio>

#include "strata/sched/g.hpp"
#include "strata/sched/m.hpp"
#include "strata/sched/p.hpp"

namespace {

using strata::kCacheLineBytes;

void print(const char* what, std::size_t bytes) {
  std::printf("  %-22s %5zu bytes  %3zu cache lines\n", what, bytes,
              (bytes + kCacheLineBytes - 1) / kCacheLineBytes);
}

}  // namespace

int main() {
  using namespace strata::sched;
  std::printf("A cache line is %zu bytes here.\n\n", kCacheLineBytes);
  print("G, a goroutine", sizeof(G));
  print("M, a thread", sizeof(M));
  print("P, the right to run", sizeof(P));
  print("  of it the run queue", sizeof(RunQueue));
  print("  of that the slots", kRunQueueSlots * sizeof(void*));
}
