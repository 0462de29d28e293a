/// @file
/// @brief Tests a stack pool: where the guard lies, which stack goes out,
///        where an address belongs.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <set>
#include <thread>
#include <vector>

#include "../support/child.hpp"
#include "../support/flow.hpp"
#include "../support/seed.hpp"
#include "strata/context/fault.hpp"
#include "strata/os/mapping.hpp"
#include "strata/os/signal.hpp"
#include "tests/pool_support.hpp"

namespace {

using namespace strata::context;       // NOLINT: the layer under test
using namespace strata::context::lab;  // NOLINT: the tests' own
using Part = StackLocation::Part;

constexpr std::size_t kSizes[] = {kMinStackBytes, kDefaultStackBytes,
                                  1024 * 1024};

}  // namespace

TEST_CASE("stack_pool: hands out a stack, and takes it back") {
  StackPool pool;
  const Stack stack = take(pool);
  INFO("lo is the lowest byte of the stack, hi is behind the highest");
  REQUIRE(stack.lo != nullptr);
  REQUIRE(stack.hi > stack.lo);
  std::memset(stack.lo, 0x5a, stack.bytes());
  CHECK(pool.stats().live == 1);
  pool.release(stack);
  CHECK(pool.stats().live == 0);
}

TEST_CASE("stack_pool: stacks are aligned, whole, apart and colored") {
  StackPool pool;
  for (const std::size_t bytes : kSizes) {
    const std::vector<Stack> stacks = take_many(pool, 40, bytes);
    std::set<std::uintptr_t> colors;
    std::vector<std::byte*> starts;
    for (const Stack& stack : stacks) {
      const auto hi = reinterpret_cast<std::uintptr_t>(stack.hi);
      const auto lo = reinterpret_cast<std::uintptr_t>(stack.lo);
      CHECK(lo % strata::os::page_bytes() == 0);
      CHECK(hi % 64 == 0);
      CHECK(stack.limit_bytes() == bytes);
      CHECK(stack.bytes() > bytes - 2048);
      CHECK(stack.bytes() <= bytes);
      colors.insert(hi % 4096);
      starts.push_back(stack.lo);
    }
    INFO(
        "hi differs by cache lines, so that equal frames of many stacks "
        "do not compete for one cache set");
    CHECK(colors.size() == 32);
    std::sort(starts.begin(), starts.end());
    for (std::size_t i = 1; i < starts.size(); ++i) {
      INFO("a slot is guard and stack; neighbors share nothing");
      CHECK(static_cast<std::size_t>(starts[i] - starts[i - 1]) >=
            bytes + kGuardBytes);
    }
    pool.release_many(stacks);
  }
}

TEST_CASE("stack_pool: the guard lies below the stack, all of it") {
  for (const GuardMethod method :
       {GuardMethod::kBest, GuardMethod::kMprotect}) {
    StackPool pool({.guard = method, .mprotect_guards_max = 200});
    const std::vector<Stack> stacks =
        take_many(pool, 70, kDefaultStackBytes);
    for (const Stack& stack : {stacks.front(), stacks[63], stacks.back()}) {
      INFO("a stack grows down: below lo a touch must be a fault");
      CHECK(write_is_fatal(stack.lo - 1));
      CHECK(write_is_fatal(stack.lo - kGuardBytes));
      CHECK_FALSE(write_is_fatal(stack.lo));
      CHECK_FALSE(write_is_fatal(stack.hi - 1));
    }
    CHECK(pool.stats().guards >= stacks.size());
    pool.release_many(stacks);
  }
}

TEST_CASE("stack_pool: the stack that was released last goes out first") {
  StackPool pool;
  const Stack a = take(pool);
  const Stack b = take(pool);
  REQUIRE(a.lo != b.lo);
  pool.release(a);
  pool.release(b);
  INFO("its top page is still in the cache");
  CHECK(take(pool).lo == b.lo);
  CHECK(take(pool).lo == a.lo);
  pool.release_many(std::vector{a, b});
  CHECK(pool.stats().hot == 2);
  CHECK(take(pool).lo == b.lo);
  pool.release(b);
}

TEST_CASE("stack_pool: where guards run out, no stack is without one") {
  StackPool pool(
      {.guard = GuardMethod::kMprotect, .mprotect_guards_max = 20});
  std::vector<Stack> stacks(25);
  StackError error;
  const std::size_t got =
      pool.acquire_many(kDefaultStackBytes, stacks, &error);
  INFO("the limit is 20 guards; guard_locked says how many it made");
  REQUIRE(got == 20);
  CHECK(error.kind == StackError::Kind::kGuardLimit);
  CHECK(pool.stats().guards == 20);
  CHECK(write_is_fatal(stacks[19].lo - 1));
  CHECK(pool.find(stacks[19].hi - 1).part == Part::kStack);
  CHECK_FALSE(pool.acquire());
  pool.release(stacks[7]);
  CHECK(take(pool).lo == stacks[7].lo);
  pool.release_many(std::span(stacks).first(got));
}

TEST_CASE("stack_pool: the longest unused stacks give their memory back") {
  StackPool pool({.hot_stacks_max = 100});
  const std::vector<Stack> stacks =
      take_many(pool, 400, kDefaultStackBytes);
  for (const Stack& stack : stacks) stack.hi[-1] = std::byte{1};
  const std::size_t before = strata::os::resident_bytes();
  pool.release_many(stacks);
  const std::size_t freed = before - strata::os::resident_bytes();
  const std::size_t hot = pool.stats().hot;
  INFO("with a limit of 100 hot stacks, up to a batch of 64 more may stay");
  CHECK(hot >= 100);
  CHECK(hot < 164);
  CHECK(freed > 200 * 4096);
  Stack next = take(pool);
  CHECK(next.lo == stacks.back().lo);
  pool.release(next);
  CHECK(pool.trim() == hot);
  CHECK(pool.trim() == 0);
  INFO("what was given back reads as zero, and its guard is still there");
  next = take(pool);
  CHECK(next.hi[-1] == std::byte{0});
  CHECK(write_is_fatal(next.lo - 1));
  pool.release(next);
}

TEST_CASE("stack_pool: find tells stack, guard and stranger") {
  StackPool pool;
  std::vector<Stack> stacks;
  for (const std::size_t bytes : kSizes) {
    for (const Stack& stack : take_many(pool, 40, bytes)) {
      stacks.push_back(stack);
    }
  }
  for (const Stack& stack : stacks) {
    for (const std::byte* inside : {stack.lo, stack.hi - 1}) {
      const StackLocation at = pool.find(inside);
      CHECK(at.part == Part::kStack);
      CHECK(at.stack.lo == stack.lo);
      CHECK(at.stack.hi == stack.hi);
      CHECK(at.stack.slot == stack.slot);
    }
    for (const std::byte* below : {stack.lo - 1, stack.lo - kGuardBytes}) {
      const StackLocation at = pool.find(below);
      CHECK(at.part == Part::kGuard);
      CHECK(at.stack.lo == stack.lo);
    }
  }
  const int local = 0;
  CHECK(pool.find(&local).part == Part::kNone);
  CHECK(pool.find(nullptr).part == Part::kNone);
  pool.release_many(stacks);
}

TEST_CASE("stack_pool: find knows no slot that is not cut yet") {
  StackPool pool;
  const Stack one = pool.acquire(kMinStackBytes).stack;
  REQUIRE(one.lo != nullptr);
  constexpr std::size_t kSlotBytes = kMinStackBytes + kGuardBytes;
  const std::byte* first = one.lo - one.slot * kSlotBytes;
  const std::size_t cut = pool.stats().guards;
  for (std::size_t slot = 0; slot < 2 * cut; ++slot) {
    INFO("slot " << slot << " of a slab with " << cut << " guards");
    const StackLocation at = pool.find(first + slot * kSlotBytes);
    CHECK((at.part == Part::kStack) == (slot < cut));
  }
  pool.release(one);
}

TEST_CASE("stack_pool: a stack that is released twice ends the process") {
  const Ended ended = run_in_child([] {
    StackPool pool;
    const Stack stack = pool.acquire().stack;
    if (stack.lo == nullptr || pool.stats().live != 1) _exit(98);
    pool.release(stack);
    pool.release(stack);
  });
  INFO(ended.text);
  CHECK(ended.status == 2);
  CHECK(ended.says("I-01.9: a stack is released once"));
}

namespace {

// Needs the answer of the level below, and has a way out that is not taken.
// NOLINTNEXTLINE(misc-no-recursion)
[[gnu::noinline]] int recurse(const volatile char* above, int depth) {
  volatile char room[200];
  room[0] = static_cast<char>(above[0] + 1);
  if (depth < 0) return room[0];
  return recurse(room, depth + 1) + room[0];
}

void overflow_a_stack() {
  StackPool pool;
  const strata::os::AlternateStack alternate;
  if (install_fault_handlers(pool) != 0) _exit(97);
  Flow<detail::Backend> flow(pool, [](auto&) {
    const char first = 0;
    if (recurse(&first, 0) == 1) _exit(96);
  });
  flow.resume();
}

}  // namespace

TEST_CASE("stack_pool: a flow that recurses too deep meets its guard") {
  const Ended ended = run_in_child(&overflow_a_stack);
  INFO(ended.text);
  CHECK(ended.status == 2);
  CHECK(ended.says("goroutine stack exceeds 65536-byte limit"));
  CHECK(ended.says("fatal error: stack overflow"));
}

TEST_CASE("stack_pool: random operations do what the model does") {
  const std::uint64_t seed = chosen_seed();
  INFO("STRATA_SEED=" << seed);
  RandomUse use(seed, 10, 3);
  for (int i = 0; i < 3000; ++i) use.step();
}

TEST_CASE("stack_pool: four threads take, mark, find, trim and give back") {
  StackPool pool({.hot_stacks_max = 64});
  std::array<int, 4> wrong{};
  std::atomic<bool> over{false};
  // Holds no lock, ever, and looks at every slab there is.
  std::thread asker([&pool, &over] {
    const int local = 0;
    while (!over.load(std::memory_order_acquire)) {
      if (pool.find(&local).part != Part::kNone) std::abort();
    }
  });
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&pool, t, &wrong = wrong[t]] {
      std::vector<Stack> mine(50);
      const auto mark = static_cast<std::byte>(t + 1);
      for (int round = 0; round < 60; ++round) {
        // The others come and go between two calls.
        std::this_thread::yield();
        if (round % 8 == 7) pool.trim();
        const std::size_t got = pool.acquire_many(kMinStackBytes, mine);
        if (got == 0) ++wrong;
        for (std::size_t i = 0; i < got; ++i) mine[i].hi[-1] = mark;
        for (std::size_t i = 0; i < got; ++i) {
          const StackLocation at = pool.find(mine[i].hi - 1);
          if (at.stack.lo != mine[i].lo || mine[i].hi[-1] != mark) ++wrong;
        }
        pool.release_many(std::span(mine).first(got));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  over.store(true, std::memory_order_release);
  asker.join();
  CHECK(wrong == std::array<int, 4>{});
  const StackPoolStats stats = pool.stats();
  CHECK(stats.live == 0);
  CHECK(stats.hot + stats.cold == stats.guards);
}
