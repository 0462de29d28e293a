/// @file
/// @brief Tests the real and the virtual clock.

#include "strata/base/clock.hpp"

#include "strata/testkit/catch.hpp"

namespace strata {

TEST_CASE("clock: real time is positive and does not run backwards") {
  const std::int64_t first = now_ns();
  CHECK(first > 0);
  CHECK(now_ns() >= first);
}

TEST_CASE("clock: a virtual clock stands until it is advanced") {
  VirtualClock clock(1'000);
  CHECK(now_ns() == 1'000);
  CHECK(now_ns() == 1'000);
  clock.advance(5);
  CHECK(now_ns() == 1'005);
  CHECK(clock.now_ns() == 1'005);
}

TEST_CASE("clock: real time comes back after a virtual clock") {
  const std::int64_t before = now_ns();
  { const VirtualClock clock(1); }
  CHECK(now_ns() >= before);
}

}  // namespace strata
