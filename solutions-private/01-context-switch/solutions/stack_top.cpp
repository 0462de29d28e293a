/// @file
/// @brief Lab 01.0, solved: where the first frame of a stack may lie.
// strata-private-020ae5d7726e120a
#include "stack_top.hpp"

namespace strata::context::lab {

std::uintptr_t stack_top(std::uintptr_t hi) {
  return hi & ~std::uintptr_t{15};
}

}  // namespace strata::context::lab
