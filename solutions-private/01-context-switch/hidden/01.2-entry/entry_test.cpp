/// @file
/// @brief Tests the first code on a stack with all sizes, and its own end.
// strata-private-aea425639c8e56ff
#include <array>
#include <cstring>
#include <vector>

#include "../support/flow.hpp"
#include "../support/seed.hpp"
#include "strata/base/rng.hpp"
#include "strata/testkit/catch.hpp"
#include "tests/walks.hpp"

namespace {

using namespace strata::context;       // NOLINT: the layer under test
using namespace strata::context::lab;  // NOLINT: the tests' own

// Tells whether the code at an address ends the process.
bool is_trap(std::uintptr_t address) {
#if defined(__x86_64__)
  const auto* code = reinterpret_cast<const unsigned char*>(address);
  const bool is_ud2 = code[0] == 0x0f && code[1] == 0x0b;
  return is_ud2 || code[0] == 0xcc || code[0] == 0xf4;
#else
  std::uint32_t word = 0;
  std::memcpy(&word, reinterpret_cast<const void*>(address), sizeof word);
  const bool is_brk = (word & 0xffe0001f) == 0xd4200000;
  return word >> 16 == 0 || is_brk;
#endif
}

}  // namespace

TEST_CASE("entry: flows of all sizes start aligned and end their walks") {
  const std::uint64_t seed = chosen_seed();
  INFO("STRATA_SEED=" << seed);
  strata::Rng rng(seed);
  StackPool pool;
  for (int i = 0; i < 300; ++i) {
    const std::size_t bytes = kMinStackBytes << rng.below(8);
    const Stack stack = pool.acquire(bytes).stack;
    Stack part = stack;
    part.hi -= rng.below(200);
    CHECK(frame_of_first_function(part) % 16 == 0);
    pool.release(stack);
    int frames = 0;
    Walk walk;
    AsmFlow flow(
        pool,
        [&](AsmFlow& self) {
          frames = walk_by_frame_pointers(self.stack());
          walk = walk_by_tables();
        },
        bytes);
    flow.resume();
    CHECK(frames >= 2);
    REQUIRE(walk.outermost_is_entry);
    INFO("behind the call there must be no code that does anything");
    CHECK(is_trap(walk.outermost_code));
  }
}
