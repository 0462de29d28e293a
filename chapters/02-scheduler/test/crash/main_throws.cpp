/// @file
/// @brief Lets an exception leave the program's main goroutine.
#include <stdexcept>

#include "strata/sched/sched.hpp"

int main() {
  try {
    strata::sched::run({}, [] { throw std::runtime_error("no more"); });
  } catch (...) {
    return 77;  // out here is another stack
  }
  return 78;
}
