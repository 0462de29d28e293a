/// @file
/// @brief Tests where a stack begins, at the ends of the address space.
// strata-private-d8c0595caa06feab
#include "stack_top.hpp"

#include "strata/testkit/catch.hpp"

using strata::context::lab::stack_top;

TEST_CASE("stack_top: high addresses keep all their upper bits") {
  constexpr std::uintptr_t kHighest = ~std::uintptr_t{0};
  CHECK(stack_top(kHighest) == kHighest - 15);
  CHECK(stack_top(0x7fff'ffff'f008) == 0x7fff'ffff'f000);
  CHECK(stack_top(15) == 0);
}
