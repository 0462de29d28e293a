/// @file
/// @brief Reads a wild address on a goroutine's stack.
#include <cstdint>
#include <cstdio>

#include "one_flow.hpp"

[[gnu::noinline]] int read_wild(std::uintptr_t address) {
  // Kept from the optimizer, which may assume that no such thing happens.
  asm volatile("" : "+r"(address));
  return *reinterpret_cast<volatile int*>(address);
}

int main() {
  strata::context::crash::run(
      [] { std::printf("%d\n", read_wild(0x1230)); });
}
