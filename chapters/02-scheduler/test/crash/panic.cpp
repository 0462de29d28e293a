/// @file
/// @brief Lets an exception leave a goroutine that has a name.
#include <stdexcept>

#include "strata/sched/sched.hpp"

[[gnu::noinline]] void look_for_cheese(int rooms) {
  if (rooms == 0) throw std::runtime_error("out of cheese");
  look_for_cheese(rooms - 1);
  __asm__ volatile("" ::: "memory");  // no tail call
}

int main() {
  try {
    return strata::sched::run({}, [] {
      try {
        strata::go({.name = "mouse"}, [] { look_for_cheese(3); });
        for (;;) strata::yield();
      } catch (...) {
        return 77;  // main's frames are not the goroutine's
      }
    });
  } catch (...) {
    return 78;
  }
}
