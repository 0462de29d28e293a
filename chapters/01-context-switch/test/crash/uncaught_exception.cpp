/// @file
/// @brief Lets an exception leave the first function of a flow.
#include <stdexcept>

#include "one_flow.hpp"

// [doc:crash-throw]
[[gnu::noinline]] void thrower(int depth) {
  if (depth == 0) throw std::runtime_error("out of cheese");
  thrower(depth - 1);
  // Keeps the frame: nothing may follow a tail call.
  asm volatile("" ::: "memory");
}

int main() {
  // The handler out here belongs to another stack and must never see it.
  try {
    strata::context::crash::run([] { thrower(3); });
  } catch (const std::exception&) {
    return 77;
  }
  return 78;
}
// [/doc:crash-throw]
