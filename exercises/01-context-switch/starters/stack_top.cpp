/// @file
/// @brief Lab 01.0: where the first frame of a stack may lie.
#include "stack_top.hpp"

namespace strata::context::lab {

std::uintptr_t stack_top(std::uintptr_t hi) {
  // A processor with vector instructions wants stacks at multiples of 16.
  // This keeps the wrong part of the address. Mend the line.
  return hi & 15;
}

}  // namespace strata::context::lab
