/// @file
/// @brief Tests where a stack begins.
#include "stack_top.hpp"

#include "strata/testkit/catch.hpp"

using strata::context::lab::stack_top;

TEST_CASE("stack_top: it is the next multiple of 16, never above") {
  for (std::uintptr_t hi = 0x7000; hi < 0x7040; ++hi) {
    const std::uintptr_t top = stack_top(hi);
    INFO("hi is 0x" << std::hex << hi << ", the top is 0x" << top);
    CHECK(top % 16 == 0);
    CHECK(top <= hi);
    CHECK(hi - top < 16);
  }
}
