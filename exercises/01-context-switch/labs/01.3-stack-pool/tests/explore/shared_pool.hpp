/// @file
/// @brief A pool under the explorer, with a record of who has which stack.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "strata/context/stack_pool.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/explorer.hpp"

namespace strata::context::lab {

/// A pool and the stacks that are in use. The record is plain data: between
/// two schedule points nobody else runs.
class SharedPool {
 public:
  /// Makes a pool; few hot stacks, so that releases cool.
  explicit SharedPool(std::size_t hot_max = 4)
      : pool_(std::make_unique<StackPool>(StackPoolOptions{
            .hot_stacks_max = hot_max, .mprotect_guards_max = 4096})) {}

  /// The pool itself.
  StackPool& pool() { return *pool_; }

  /// Takes a stack and checks that nobody has it.
  Stack take(std::size_t bytes = kMinStackBytes) {
    const StackResult result = pool_->acquire(bytes);
    testkit::check(static_cast<bool>(result), "there is a stack");
    note(result.stack);
    return result.stack;
  }
  /// Takes several.
  std::vector<Stack> take_many(std::size_t count, std::size_t bytes) {
    std::vector<Stack> stacks(count);
    const std::size_t got = pool_->acquire_many(bytes, stacks);
    testkit::check(got == count, "there are stacks");
    for (const Stack& stack : stacks) note(stack);
    return stacks;
  }
  /// Gives a stack back.
  void give(const Stack& stack) {
    used_.erase(stack.lo);
    pool_->release(stack);
  }
  /// Gives several back.
  void give_many(const std::vector<Stack>& stacks) {
    for (const Stack& stack : stacks) used_.erase(stack.lo);
    pool_->release_many(stacks);
  }
  /// Makes `count` hot stacks.
  void have_hot(std::size_t count) {
    give_many(take_many(count, kMinStackBytes));
  }

  /// Checks, when nothing is in use, that no stack is missing or doubled.
  void check_at_rest() {
    const StackPoolStats stats = pool_->stats();
    testkit::check(stats.live == 0, "no stack is in use at the end");
    testkit::check(stats.hot + stats.cold == stats.guards,
                   "each stack is hot or cold at the end, none is lost");
    std::set<std::byte*> all;
    for (;;) {
      const StackResult one = pool_->acquire(kMinStackBytes);
      if (!one) break;
      taken_.push_back(one.stack);
      if (pool_->stats().guards != stats.guards) break;  // a fresh one
      testkit::check(all.insert(one.stack.lo).second,
                     "no stack is listed twice");
    }
    pool_->release_many(taken_);
  }

 private:
  void note(const Stack& stack) {
    testkit::check(stack.lo != nullptr && used_.insert(stack.lo).second,
                   "a stack has one user");
  }

  std::unique_ptr<StackPool> pool_;
  std::set<std::byte*> used_;
  std::vector<Stack> taken_;
};

/// Explores, and shows what was found.
inline void survives(const testkit::Exploration& exploration,
                     const testkit::Body& body) {
  const testkit::Report report = testkit::explore(exploration, body);
  INFO(report.text());
  REQUIRE(report.passed());
  if (exploration.search == testkit::Search::kBounded) {
    REQUIRE(report.complete);
  }
}

}  // namespace strata::context::lab
