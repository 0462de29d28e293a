/// @file
/// @brief Tests the word that one writes and all may read.
#include "strata/base/owner_word.hpp"

#include <cstdint>
#include <thread>

#include "strata/testkit/catch.hpp"

namespace strata {

TEST_CASE("owner_word: starts with zero or a given value") {
  CHECK(OwnerWord<int>() == 0);
  CHECK(OwnerWord<int>(7) == 7);
  CHECK(OwnerWord<const char*>() == nullptr);
}

TEST_CASE("owner_word: is written and added to like a plain variable") {
  OwnerWord<std::uint32_t> word;
  word = 5;
  word.add(3);
  CHECK(word == 8);
  word.add(0xffffffff);
  CHECK(word == 7);
}

TEST_CASE("owner_word: a pointer reaches what it points to") {
  struct Thing {
    int number = 3;
  } thing;
  OwnerWord<Thing*> word;
  word = &thing;
  CHECK(word->number == 3);
}

TEST_CASE("owner_word: is as large as what it holds") {
  CHECK(sizeof(OwnerWord<std::uint32_t>) == sizeof(std::uint32_t));
  CHECK(sizeof(OwnerWord<void*>) == sizeof(void*));
}

TEST_CASE("owner_word: a reader sees values that were written, in order") {
  OwnerWord<std::uint64_t> word;
  constexpr std::uint64_t kLast = 100'000;
  std::thread owner([&] {
    for (std::uint64_t i = 1; i <= kLast; ++i) word = i;
  });
  std::uint64_t last = 0;
  bool in_order = true;
  while (last < kLast) {
    const std::uint64_t seen = word;
    in_order = in_order && seen >= last && seen <= kLast;
    last = seen;
  }
  owner.join();
  CHECK(in_order);
}

}  // namespace strata
