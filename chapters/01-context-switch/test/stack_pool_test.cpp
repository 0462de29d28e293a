/// @file
/// @brief Tests the stack pool: guards, colors, recycling, limits, lookup.
#include "strata/context/stack_pool.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include "flow.hpp"
#include "strata/base/assert.hpp"
#include "strata/os/mapping.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/sanitizers.hpp"

namespace {

using namespace strata::context;  // NOLINT: the layer under test
using Kind = StackError::Kind;
using Part = StackLocation::Part;

bool write_is_fatal(std::byte* address) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    signal(SIGSEGV, SIG_DFL);
    *const_cast<volatile std::byte*>(address) = std::byte{1};
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

Stack acquire(StackPool& pool, std::size_t bytes = kDefaultStackBytes) {
  const StackResult result = pool.acquire(bytes);
  INFO(result.error.text());
  REQUIRE(result);
  return result.stack;
}

// Dirties the part of a stack that a shallow goroutine uses.
void touch(const Stack& stack) { std::memset(stack.hi - 512, 1, 512); }

const GuardMethod kMethods[] = {GuardMethod::kMadviseBatched,
                                GuardMethod::kMadvise,
                                GuardMethod::kMprotect};

}  // namespace

TEST_CASE("stack_pool: a stack is usable from end to end (I-01.1)") {
  StackPool pool;
  const Stack stack = acquire(pool);
  CHECK(stack.limit_bytes() == kDefaultStackBytes);
  CHECK(stack.bytes() > kDefaultStackBytes - 2048);
  CHECK(stack.bytes() <= kDefaultStackBytes);
  CHECK(reinterpret_cast<std::uintptr_t>(stack.hi) % 64 == 0);
  std::memset(stack.lo, 0x5a, stack.bytes());
  CHECK(stack.contains(stack.lo));
  CHECK_FALSE(stack.contains(stack.hi));
  pool.release(stack);
}

// [doc:test-guard]
TEST_CASE("stack_pool: every method makes a guard (I-01.8)") {
  for (const GuardMethod method : kMethods) {
    StackPool pool({.guard = method});
    std::vector<Stack> stacks(100);
    StackError error;
    const std::size_t made =
        pool.acquire_many(kDefaultStackBytes, stacks, &error);
    INFO(guard_method_name(method) << ": " << error.text());
    if (made == 0 && error.kind == Kind::kGuardRefused) {
      WARN("this kernel has no method " << guard_method_name(method));
      continue;
    }
    REQUIRE(made == stacks.size());
    for (const Stack& stack : {stacks.front(), stacks[63], stacks.back()}) {
      CHECK(write_is_fatal(stack.lo - 1));
      CHECK(write_is_fatal(stack.lo - kGuardBytes));
      CHECK_FALSE(write_is_fatal(stack.lo));
    }
    CHECK(pool.stats().guards >= stacks.size());
    CHECK(pool.stats().guard == method);
    pool.release_many(stacks);
  }
}
// [/doc:test-guard]

TEST_CASE("stack_pool: the best method is found by itself") {
  StackPool pool;
  pool.release(acquire(pool));
  CHECK(pool.stats().guard != GuardMethod::kBest);
}

TEST_CASE("stack_pool: sizes round up to powers of two") {
  StackPool pool;
  const struct {
    std::size_t asked, got;
  } sizes[] = {{0, kMinStackBytes},
               {1, kMinStackBytes},
               {kMinStackBytes, kMinStackBytes},
               {kMinStackBytes + 1, 2 * kMinStackBytes},
               {64 * 1024, 64 * 1024},
               {65 * 1024, 128 * 1024},
               {1'000'000, 1024 * 1024},
               {kMaxStackBytes, kMaxStackBytes}};
  for (const auto& [asked, got] : sizes) {
    const Stack stack = acquire(pool, asked);
    CHECK(stack.limit_bytes() == got);
    touch(stack);
    pool.release(stack);
  }
}

TEST_CASE(
    "stack_pool: an absurd size is refused with the limit in the text") {
  StackPool pool;
  for (const std::size_t bytes : {kMaxStackBytes + 1, ~std::size_t{0}}) {
    const StackResult result = pool.acquire(bytes);
    CHECK_FALSE(result);
    CHECK(result.error.kind == Kind::kTooLarge);
    CHECK(result.error.text().find("the limit is 268435456 bytes") !=
          std::string::npos);
  }
  CHECK(pool.stats().slabs == 0);
}

TEST_CASE("stack_pool: the stack released last comes out first (I-01.9)") {
  StackPool pool;
  const Stack a = acquire(pool);
  const Stack b = acquire(pool);
  CHECK(a.lo != b.lo);
  pool.release(a);
  pool.release(b);
  const Stack first = acquire(pool);
  const Stack second = acquire(pool);
  CHECK(first.lo == b.lo);
  CHECK(second.lo == a.lo);
  pool.release_many(std::vector{first, second});
  CHECK(acquire(pool).lo == second.lo);
  pool.release(second);
}

TEST_CASE("stack_pool: neighbors start at different cache lines") {
  StackPool pool;
  std::vector<Stack> stacks(32);
  REQUIRE(pool.acquire_many(kDefaultStackBytes, stacks) == 32);
  std::set<std::uintptr_t> offsets;
  for (const Stack& stack : stacks) {
    offsets.insert(reinterpret_cast<std::uintptr_t>(stack.hi) % 4096);
    CHECK(kDefaultStackBytes - stack.bytes() < 2048);
  }
  CHECK(offsets.size() == 32);
  pool.release_many(stacks);
}

TEST_CASE("stack_pool: no two stacks overlap") {
  StackPool pool;
  std::vector<Stack> stacks(500);
  REQUIRE(pool.acquire_many(kMinStackBytes, stacks) == stacks.size());
  std::set<std::byte*> starts;
  for (const Stack& stack : stacks) {
    const auto above = starts.lower_bound(stack.lo);
    if (above != starts.end()) CHECK(stack.hi <= *above);
    CHECK(starts.insert(stack.lo).second);
  }
  pool.release_many(stacks);
}

TEST_CASE("stack_pool: idle stacks beyond the limit give memory back") {
  StackPool pool({.hot_stacks_max = 100});
  std::vector<Stack> stacks(400);
  REQUIRE(pool.acquire_many(kDefaultStackBytes, stacks) == stacks.size());
  for (const Stack& stack : stacks) touch(stack);
  const std::size_t before = strata::os::resident_bytes();
  pool.release_many(stacks);
  const StackPoolStats stats = pool.stats();
  CHECK(stats.live == 0);
  // Given back by the batch, so up to a batch more may stay.
  CHECK(stats.hot >= 100);
  CHECK(stats.hot < 100 + 64);
  CHECK(stats.hot + stats.cold >= 400);
  CHECK(before - strata::os::resident_bytes() > 200 * 4096);
  // The hot ones are the last released.
  const Stack next = acquire(pool);
  CHECK(next.lo == stacks.back().lo);
  CHECK(next.hi[-1] == (strata::kChecked ? std::byte{0} : std::byte{1}));
  pool.release(next);
}

TEST_CASE("stack_pool: trim gives back the memory of all free stacks") {
  StackPool pool;
  std::vector<Stack> stacks(50);
  REQUIRE(pool.acquire_many(kDefaultStackBytes, stacks) == stacks.size());
  for (const Stack& stack : stacks) touch(stack);
  const Stack kept = stacks.back();
  stacks.pop_back();
  pool.release_many(stacks);
  CHECK(pool.trim() == 49);
  CHECK(pool.trim() == 0);
  CHECK(pool.stats().hot == 0);
  CHECK(kept.hi[-1] == std::byte{1});
  const Stack again = acquire(pool);
  CHECK(again.hi[-1] == std::byte{0});
  CHECK(write_is_fatal(again.lo - 1));
  pool.release(again);
  pool.release(kept);
}

TEST_CASE("stack_pool: find tells stack, guard and stranger (I-01.10)") {
  StackPool pool;
  const Stack small = acquire(pool, kMinStackBytes);
  const Stack large = acquire(pool, 1024 * 1024);
  for (const Stack& stack : {small, large}) {
    for (const std::byte* inside : {stack.lo, stack.hi - 1, stack.hi}) {
      const StackLocation at = pool.find(inside);
      // `hi` itself is color offset here, or the next slot's guard.
      if (inside == stack.hi && at.stack.lo != stack.lo) continue;
      CHECK(at.part == Part::kStack);
      CHECK(at.stack.lo == stack.lo);
      CHECK(at.stack.hi == stack.hi);
    }
    for (const std::byte* below : {stack.lo - 1, stack.lo - kGuardBytes}) {
      const StackLocation at = pool.find(below);
      CHECK(at.part == Part::kGuard);
      CHECK(at.stack.lo == stack.lo);
    }
  }
  int local = 0;
  CHECK(pool.find(&local).part == Part::kNone);
  CHECK(pool.find(nullptr).part == Part::kNone);
  pool.release(small);
  pool.release(large);
}

TEST_CASE("stack_pool: find needs no lock while others acquire (I-01.10)") {
  StackPool pool;
  const Stack mine = acquire(pool, kMinStackBytes);
  std::thread grower([&pool] {
    std::vector<Stack> stacks(2000);
    const std::size_t made = pool.acquire_many(kMinStackBytes, stacks);
    pool.release_many(std::span(stacks).first(made));
  });
  int missed = 0;
  for (int i = 0; i < 100'000; ++i) {
    if (pool.find(mine.lo).part != Part::kStack) ++missed;
  }
  grower.join();
  CHECK(missed == 0);
  pool.release(mine);
}

TEST_CASE("stack_pool: guards made by mprotect end with a clear error") {
  StackPool pool(
      {.guard = GuardMethod::kMprotect, .mprotect_guards_max = 20});
  std::vector<Stack> stacks(25);
  StackError error;
  const std::size_t made =
      pool.acquire_many(kDefaultStackBytes, stacks, &error);
  CHECK(made == 20);
  CHECK(error.kind == Kind::kGuardLimit);
  CHECK(error.text().find("20 stack guards") != std::string::npos);
  CHECK(error.text().find("vm.max_map_count") != std::string::npos);
  CHECK_FALSE(pool.acquire());
  // What is released can be had again.
  pool.release(stacks[7]);
  CHECK(acquire(pool).lo == stacks[7].lo);
  pool.release_many(std::span(stacks).first(made));
}

TEST_CASE("stack_pool: refused address space is an error, not a crash") {
  if (test::kSanitized) {
    WARN(
        "sanitizers need more address space than this test leaves; "
        "skipped");
    return;
  }
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit limit{512 * 1024 * 1024, 512 * 1024 * 1024};
    if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(3);
    StackPool pool;
    std::vector<Stack> got;
    for (;;) {
      const StackResult result = pool.acquire(16 * 1024 * 1024);
      if (!result) {
        const bool right =
            result.error.kind == Kind::kNoMemory &&
            result.error.text().find("ulimit -v") != std::string::npos;
        pool.release_many(got);
        _exit(right ? 0 : 1);
      }
      got.push_back(result.stack);
      if (got.size() > 1000) _exit(2);
    }
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("stack_pool: many stacks share few mappings") {
  StackPool pool;
  std::vector<Stack> stacks(20'000);
  const std::size_t before = strata::os::mapping_count();
  REQUIRE(pool.acquire_many(kDefaultStackBytes, stacks) == stacks.size());
  const StackPoolStats stats = pool.stats();
  if (stats.guard == GuardMethod::kMprotect) {
    WARN("this kernel has no guard markers; mappings are not few");
  } else {
    CHECK(strata::os::mapping_count() <= before + stats.slabs + 64);
    CHECK(stats.slabs < 20);
  }
  CHECK(stats.live == stacks.size());
  pool.release_many(stacks);
}

TEST_CASE("stack_pool: a pool gives everything back (I-01.11)") {
  const std::size_t before = strata::os::mapping_count();
  for (int round = 0; round < 50; ++round) {
    StackPool pool;
    std::vector<Stack> stacks(100);
    REQUIRE(pool.acquire_many(kMinStackBytes, stacks) == stacks.size());
    pool.release_many(stacks);
  }
  // A sanitizer maps shadow memory for what was touched.
  if (strata::testkit::kSanitized) return;
  CHECK(strata::os::mapping_count() <= before + 3);
}

TEST_CASE("stack_pool: threads acquire and release at once") {
  StackPool pool({.hot_stacks_max = 64});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&pool] {
      std::vector<Stack> mine(50);
      for (int round = 0; round < 100; ++round) {
        const std::size_t made =
            pool.acquire_many(kDefaultStackBytes, mine);
        for (std::size_t i = 0; i < made; ++i) touch(mine[i]);
        pool.release_many(std::span(mine).first(made));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const StackPoolStats stats = pool.stats();
  CHECK(stats.live == 0);
  CHECK(stats.hot <= 64 + 2 * 64);
  CHECK(stats.hot + stats.cold == stats.guards);
}

TEST_CASE("stack_pool: checked builds measure the deepest use") {
  StackPool pool;
  const Stack stack = acquire(pool);
  CHECK(StackPool::used_bytes(stack) == 0);
  std::memset(stack.hi - 5000, 1, 100);
  const std::size_t used = strata::kChecked ? 5000 : 0;
  CHECK(StackPool::used_bytes(stack) == used);
  pool.release(stack);
  CHECK(pool.stats().deepest_bytes == used);
  const Stack again = acquire(pool);
  CHECK(again.lo == stack.lo);
  CHECK(StackPool::used_bytes(again) == 0);
  pool.release(again);
}
