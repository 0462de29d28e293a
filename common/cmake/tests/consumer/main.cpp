/// @file
/// @brief Runs goroutines from the installed package.
#include <atomic>
#include <cstdio>

#include "strata/strata.hpp"

int main() {
  std::atomic<int> turns = 0;
  strata::run([&turns] {
    strata::go([&turns] { turns.store(1, std::memory_order_release); });
    while (turns.load(std::memory_order_acquire) == 0) strata::yield();
  });
  std::puts("consumer: ok");
}
