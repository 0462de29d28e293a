/// @file
/// @brief Tests the generator of scheduling decisions.
#include "strata/base/rng.hpp"

#include <array>
#include <set>

#include "strata/testkit/catch.hpp"

namespace strata {

TEST_CASE("rng: equal seeds draw equal sequences") {
  Rng one(42);
  Rng two(42);
  for (int i = 0; i < 1000; ++i) REQUIRE(one.next64() == two.next64());
}

TEST_CASE("rng: neighboring seeds draw different sequences") {
  std::set<std::uint64_t> first;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    first.insert(Rng(seed).next64());
  }
  CHECK(first.size() == 1000);
}

TEST_CASE("rng: below stays below its bound and reaches every number") {
  Rng rng(7);
  for (const std::uint32_t bound : {1U, 2U, 3U, 7U, 64U, 1000U}) {
    std::set<std::uint32_t> drawn;
    for (std::uint32_t i = 0; i < 20 * bound; ++i) {
      const std::uint32_t number = rng.below(bound);
      REQUIRE(number < bound);
      drawn.insert(number);
    }
    CHECK(drawn.size() == bound);
  }
}

TEST_CASE("rng: below draws all numbers alike") {
  constexpr int kDraws = 100'000;
  std::array<int, 10> counts{};
  Rng rng(1);
  for (int i = 0; i < kDraws; ++i) ++counts[rng.below(10)];
  // Ten standard deviations of a fair draw are about 950.
  for (const int count : counts) {
    CHECK(count > kDraws / 10 - 1000);
    CHECK(count < kDraws / 10 + 1000);
  }
}

TEST_CASE("rng: each of its bits is set half of the time") {
  constexpr int kDraws = 20'000;
  std::array<int, 64> ones{};
  Rng rng(2);
  for (int i = 0; i < kDraws; ++i) {
    const std::uint64_t bits = rng.next64();
    for (std::size_t bit = 0; bit < 64; ++bit) {
      ones[bit] += static_cast<int>(bits >> bit & 1);
    }
  }
  for (const int count : ones) {
    CHECK(count > kDraws / 2 - 800);
    CHECK(count < kDraws / 2 + 800);
  }
}

TEST_CASE("rng: it works at compile time") {
  constexpr auto draw = [] {
    Rng rng(5);
    return rng.below(100);
  };
  static_assert(draw() < 100);
  SUCCEED();
}

}  // namespace strata
