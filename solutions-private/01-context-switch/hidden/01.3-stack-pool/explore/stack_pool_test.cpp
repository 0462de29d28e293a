/// @file
/// @brief Explores a stack pool with more threads, sizes and batches.
// strata-private-b34d548e82077865
#include <array>

#include "strata/testkit/catch.hpp"
#include "strata/testkit/explorer.hpp"
#include "tests/explore/shared_pool.hpp"

namespace {

using namespace strata::context;       // NOLINT: the layer under test
using namespace strata::context::lab;  // NOLINT: the tests' own
using strata::testkit::check;
using strata::testkit::step;
using strata::testkit::World;

void three_takers(World& world) {
  SharedPool shared;
  const std::array<const char*, 3> names = {"ann", "bob", "cy"};
  for (std::size_t t = 0; t < names.size(); ++t) {
    world.thread(names[t], [&shared, t] {
      const std::size_t bytes = kMinStackBytes << (t % 2);
      for (int i = 0; i < 2; ++i) {
        const auto stacks = shared.take_many(3, bytes);
        step("runs on its stacks");
        shared.give_many(stacks);
        shared.pool().trim();
      }
    });
  }
  world.run();
  shared.check_at_rest();
}

// 64 releases at a limit of none: the release itself cools.
void releaser_and_runner(World& world) {
  SharedPool shared(0);
  const auto stacks = shared.take_many(64, kMinStackBytes);
  world.thread("releaser", [&] { shared.give_many(stacks); });
  world.thread("runner", [&] {
    for (int i = 0; i < 2; ++i) {
      const Stack stack = shared.take();
      stack.hi[-1] = std::byte{9};
      step("runs on its stack");
      check(stack.hi[-1] == std::byte{9},
            "what a running flow has written stays");
      shared.give(stack);
    }
  });
  world.run();
  shared.check_at_rest();
}

// Asks for every slot of a slab while the slab is cut.
void cutter_and_asker(World& world) {
  SharedPool shared;
  const Stack first = shared.take();
  constexpr std::size_t kSlotBytes = kMinStackBytes + kGuardBytes;
  world.thread("cutter", [&] {
    shared.give_many(shared.take_many(20, kMinStackBytes));
  });
  world.thread("asker", [&] {
    for (std::size_t slot = 0; slot < 32; ++slot) {
      const std::byte* lo = first.lo + slot * kSlotBytes;
      const StackLocation at = shared.pool().find(lo);
      check(
          at.part == StackLocation::Part::kNone ||
              (at.part == StackLocation::Part::kStack && at.stack.lo == lo),
          "a slot is nothing, or the stack that it holds");
    }
  });
  world.run();
  shared.give(first);
  shared.check_at_rest();
}

}  // namespace

TEST_CASE("stack_pool: three threads and two sizes, many seeds") {
  survives({.seeds = 1000}, three_takers);
}

TEST_CASE("stack_pool: a release that cools spares who runs, many seeds") {
  survives({.seeds = 1000}, releaser_and_runner);
}

TEST_CASE("stack_pool: find names no slot before it is cut, many seeds") {
  survives({.seeds = 500}, cutter_and_asker);
}
