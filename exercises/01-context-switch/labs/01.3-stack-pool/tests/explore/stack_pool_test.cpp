/// @file
/// @brief Explores schedules of threads that share a stack pool.
#include <memory>
#include <set>

#include "strata/base/atomic.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/explorer.hpp"
#include "tests/explore/shared_pool.hpp"

namespace {

using namespace strata::context;       // NOLINT: the layer under test
using namespace strata::context::lab;  // NOLINT: the tests' own
using strata::testkit::check;
using strata::testkit::Memory;
using strata::testkit::Search;
using strata::testkit::step;
using strata::testkit::World;

void take_and_give(SharedPool& shared, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    const Stack stack = shared.take();
    step("runs on its stack");
    shared.give(stack);
  }
}

void two_takers(World& world) {
  SharedPool shared;
  world.thread("ann", [&] { take_and_give(shared, 2); });
  world.thread("bob", [&] { take_and_give(shared, 2); });
  world.run();
  shared.check_at_rest();
}

void run_and_give(SharedPool& shared) {
  const Stack stack = shared.take();
  stack.hi[-1] = std::byte{7};
  step("runs on its stack");
  check(stack.hi[-1] == std::byte{7},
        "what a running flow has written stays");
  shared.give(stack);
}

// The third thread makes the others wait for the lock: who unlocks has to
// wake somebody, and that is a moment in which others go on.
void runner_and_trimmer(World& world) {
  SharedPool shared;
  shared.have_hot(1);
  world.thread("runner", [&] {
    for (int i = 0; i < 3; ++i) run_and_give(shared);
  });
  world.thread("trimmer", [&] {
    for (int i = 0; i < 3; ++i) shared.pool().trim();
  });
  world.thread("onlooker", [&] {
    for (int i = 0; i < 4; ++i) (void)shared.pool().stats();
  });
  world.run();
  shared.check_at_rest();
}

void two_trimmers(World& world) {
  SharedPool shared;
  shared.have_hot(3);
  std::size_t trimmed[2] = {};
  world.thread("ann", [&] { trimmed[0] = shared.pool().trim(); });
  world.thread("bob", [&] { trimmed[1] = shared.pool().trim(); });
  world.run();
  check(trimmed[0] + trimmed[1] == 3,
        "three hot stacks are given back once each");
  check(shared.pool().stats().hot == 0, "none is hot any more");
  shared.check_at_rest();
}

// Slabs of one slot: each stack is in a slab of its own.
constexpr std::size_t kHugeBytes = 64 * 1024 * 1024;

void giver_and_asker(World& world) {
  SharedPool shared;
  strata::atomic<std::byte*> handed{nullptr};
  Stack stacks[2];
  world.name(handed, "handed");
  world.thread("giver", [&] {
    for (Stack& stack : stacks) {
      stack = shared.take(kHugeBytes);
      handed.store(stack.lo, std::memory_order_release);
    }
  });
  world.thread("asker", [&] {
    for (int i = 0; i < 3; ++i) {
      std::byte* lo = handed.load(std::memory_order_acquire);
      if (lo == nullptr) continue;
      const StackLocation at = shared.pool().find(lo);
      check(at.part == StackLocation::Part::kStack && at.stack.lo == lo,
            "find knows a stack that was handed over");
      check(shared.pool().find(lo - 1).part == StackLocation::Part::kGuard,
            "find knows its guard");
    }
  });
  world.run();
  for (const Stack& stack : stacks) shared.give(stack);
  shared.check_at_rest();
}

void taker_and_trimmer(World& world) {
  SharedPool shared;
  shared.have_hot(2);
  world.thread("taker", [&] { take_and_give(shared, 1); });
  world.thread("trimmer", [&] { shared.pool().trim(); });
  world.run();
  shared.check_at_rest();
}

}  // namespace

TEST_CASE("stack_pool: two threads never run on one stack, many seeds") {
  survives({.seeds = 2000}, two_takers);
}

TEST_CASE("stack_pool: a trim spares what others run on, many seeds") {
  survives({.seeds = 3000}, runner_and_trimmer);
}

TEST_CASE("stack_pool: two trims give each stack back once, many seeds") {
  survives({.seeds = 2000}, two_trimmers);
}

TEST_CASE(
    "stack_pool: find knows a stack in another's hands, late stores") {
  survives({.memory = Memory::kTso, .seeds = 1000}, giver_and_asker);
}

TEST_CASE("stack_pool: a stack is in one place, all short schedules") {
  survives({.search = Search::kBounded, .preemptions_max = 3},
           taker_and_trimmer);
}
