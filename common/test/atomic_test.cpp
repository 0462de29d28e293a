/// @file
/// @brief Tests strata::atomic in a normal build.

#include "strata/base/atomic.hpp"

#include "strata/testkit/catch.hpp"

#include <cstdint>
#include <type_traits>

namespace strata {
namespace {

constexpr std::memory_order kRelaxed = std::memory_order_relaxed;

static_assert(
    !std::is_invocable_v<decltype(&atomic<int>::load), const atomic<int>&>,
    "an order must be written");
static_assert(sizeof(atomic<std::uint32_t>) == 4);
static_assert(std::is_trivially_destructible_v<atomic<int>>);

}  // namespace

TEST_CASE("atomic: starts with zero or what it is given") {
  CHECK(atomic<int>().load(kRelaxed) == 0);
  CHECK(atomic<int*>().load(kRelaxed) == nullptr);
  CHECK(atomic<int>(3).load(kRelaxed) == 3);
}

TEST_CASE("atomic: read-modify-writes return the value before") {
  atomic<std::uint32_t> word{6};
  CHECK(word.fetch_add(4, kRelaxed) == 6);
  CHECK(word.fetch_sub(3, kRelaxed) == 10);
  CHECK(word.fetch_or(8, kRelaxed) == 7);
  CHECK(word.fetch_and(12, kRelaxed) == 15);
  CHECK(word.exchange(1, kRelaxed) == 12);
  CHECK(word.load(kRelaxed) == 1);
}

TEST_CASE("atomic: a failed exchange reads the value") {
  atomic<std::uint32_t> word{6};
  std::uint32_t expected = 5;
  CHECK_FALSE(
      word.compare_exchange_strong(expected, 1, kRelaxed, kRelaxed));
  CHECK(expected == 6);
  CHECK(word.compare_exchange_strong(expected, 1, kRelaxed, kRelaxed));
  CHECK(word.load(kRelaxed) == 1);
}

}  // namespace strata
