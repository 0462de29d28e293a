/// @file
/// @brief Tests a stack pool with other seeds, sizes and limits.
// strata-private-e8baffd143d489cb
#include <set>
#include <vector>

#include "../support/child.hpp"
#include "../support/seed.hpp"
#include "tests/pool_support.hpp"

namespace {

using namespace strata::context;       // NOLINT: the layer under test
using namespace strata::context::lab;  // NOLINT: the tests' own

}  // namespace

TEST_CASE("stack_pool: the model again, with other limits and sizes") {
  const std::uint64_t seed = chosen_seed();
  INFO("STRATA_SEED=" << seed);
  constexpr std::size_t kLimits[] = {0, 1, 70, 1000};
  for (const std::size_t hot_max : kLimits) {
    RandomUse use(seed + hot_max, hot_max, 6);
    for (int i = 0; i < 1000; ++i) use.step();
  }
}

TEST_CASE("stack_pool: in many slabs every stack has guard and name") {
  StackPool pool;
  std::vector<Stack> stacks = take_many(pool, 3000, kMinStackBytes);
  for (const Stack& stack : take_many(pool, 300, 128 * 1024)) {
    stacks.push_back(stack);
  }
  CHECK(pool.stats().slabs > 4);
  std::set<std::byte*> starts;
  for (std::size_t i = 0; i < stacks.size(); ++i) {
    const Stack& stack = stacks[i];
    CHECK(starts.insert(stack.lo).second);
    CHECK(pool.find(stack.lo + 100).stack.lo == stack.lo);
    CHECK(pool.find(stack.hi - 1).part == StackLocation::Part::kStack);
    CHECK(pool.find(stack.lo - 1).part == StackLocation::Part::kGuard);
    if (i % 500 == 0) CHECK(write_is_fatal(stack.lo - kGuardBytes));
  }
  pool.release_many(stacks);
  CHECK(pool.stats().live == 0);
}
