/// @file
/// @brief Tests of the helper that waits.
#include "strata/testkit/eventually.hpp"

#include <atomic>
#include <thread>

#include "strata/testkit/catch.hpp"

using strata::testkit::eventually;

TEST_CASE("eventually: a claim that holds is asked once") {
  int asked = 0;
  REQUIRE(eventually([&asked] { return ++asked == 1; }));
  REQUIRE(asked == 1);
}

TEST_CASE("eventually: what another thread does is seen") {
  std::atomic<bool> done = false;
  std::thread other(
      [&done] { done.store(true, std::memory_order_release); });
  REQUIRE(
      eventually([&done] { return done.load(std::memory_order_acquire); }));
  other.join();
}

TEST_CASE("eventually: gives up at the limit and says so") {
  const auto start = std::chrono::steady_clock::now();
  const std::chrono::milliseconds limit{20};
  REQUIRE_FALSE(eventually([] { return false; }, limit));
  REQUIRE(std::chrono::steady_clock::now() - start >= limit);
}

TEST_CASE("eventually: a claim is tried once more when time is up") {
  int asked = 0;
  REQUIRE(eventually([&asked] { return ++asked == 2; },
                     std::chrono::nanoseconds{0}));
}
