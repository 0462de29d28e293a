/// @file
/// @brief Tests that padded values share no cache line.
#include "strata/base/cacheline.hpp"

#include <cstdint>
#include <string>

#include "strata/testkit/catch.hpp"

namespace strata {

TEST_CASE("cacheline: neighbors in an array share no line") {
  CachePadded<int> values[3];
  for (int i = 0; i < 3; ++i) {
    const auto address = reinterpret_cast<std::uintptr_t>(&*values[i]);
    CHECK(address % kCacheLineBytes == 0);
  }
  CHECK(sizeof(CachePadded<char>) == kCacheLineBytes);
  CHECK(sizeof(CachePadded<char[65]>) == 2 * kCacheLineBytes);
}

TEST_CASE(
    "cacheline: the value is made in place and reached like a pointer") {
  CachePadded<std::string> text(std::size_t{3}, 'x');
  CHECK(*text == "xxx");
  CHECK(text->size() == 3);
  const CachePadded<std::string>& view = text;
  CHECK(*view == "xxx");
  CHECK(view->size() == 3);
}

}  // namespace strata
