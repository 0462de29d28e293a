/// @file
/// @brief Says where the first frame of a stack may lie.
#pragma once

#include <cstdint>

namespace strata::context::lab {

/// Finds the highest address at which a stack may begin.
/// @param hi one past the highest byte of the stack; any address.
/// @return the highest multiple of 16 that is not above `hi`.
std::uintptr_t stack_top(std::uintptr_t hi);

}  // namespace strata::context::lab
