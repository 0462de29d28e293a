/// @file
/// @brief Tests where a stack begins.
#include "stack_top.hpp"

#include "strata/testkit/catch.hpp"

using strata::context::lab::stack_top;

TEST_CASE("stack_top: a multiple of 16 stays what it is") {
  for (const std::uintptr_t hi : {0x7000, 0x7010, 0x7ff0}) {
    INFO("hi is 0x" << std::hex << hi);
    CHECK(stack_top(hi) == hi);
  }
}

TEST_CASE("stack_top: anything else goes down to the next multiple") {
  for (std::uintptr_t hi = 0x7001; hi < 0x7040; ++hi) {
    const std::uintptr_t top = stack_top(hi);
    INFO("hi is 0x" << std::hex << hi << ", the top is 0x" << top);
    CHECK(top % 16 == 0);
    CHECK(top <= hi);
    CHECK(hi - top < 16);
  }
}
