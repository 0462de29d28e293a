/// @file
/// @brief What the tests of the stack pool have in common.
#pragma once

#include <cstring>
#include <map>
#include <set>
#include <vector>

#include "strata/base/assert.hpp"
#include "strata/base/rng.hpp"
#include "strata/context/stack_pool.hpp"
#include "strata/testkit/catch.hpp"

namespace strata::context::lab {

/// Takes one stack, and says why not if there is none.
inline Stack take(StackPool& pool, std::size_t bytes = kDefaultStackBytes) {
  const StackResult result = pool.acquire(bytes);
  if (!result) {
    FAIL("expected a stack of "
         << bytes << " bytes, got none: " << result.error.text());
  }
  return result.stack;
}

/// Takes several stacks of one size.
inline std::vector<Stack> take_many(StackPool& pool, std::size_t count,
                                    std::size_t bytes) {
  std::vector<Stack> stacks(count);
  StackError error;
  const std::size_t got = pool.acquire_many(bytes, stacks, &error);
  INFO("acquire_many: " << error.text());
  REQUIRE(got == count);
  return stacks;
}

/// Says what a model of the pool expects of it, operation by operation.
///
/// A free stack is hot, in the order of release, or cold. The hot ones go
/// out first, the last released before all others. A batch of 64 releases
/// that makes 64 hot ones too many cools the oldest.
class PoolModel {
 public:
  /// Models a pool with this limit of hot stacks.
  explicit PoolModel(std::size_t hot_max) : hot_max_(hot_max) {}

  /// Notes a stack that was handed out; checks that it was right to.
  void took(const Stack& stack) {
    std::vector<std::byte*>& hot = hot_[stack.size_class];
    if (!hot.empty()) {
      INFO("expected the stack of this size that was released last");
      CHECK(stack.lo == hot.back());
      hot.pop_back();
    } else if (cold_.erase(stack.lo) != 0 ||
               seen_.insert(stack.lo).second) {
      INFO("a stack that is new or was cooled reads as zero");
      CHECK(stack.hi[-1] == std::byte{0});
    } else {
      FAIL("this stack is in use already");
    }
    live_.insert(stack.lo);
    seen_.insert(stack.lo);
  }

  /// Notes stacks given back by one call.
  void gave(const std::vector<Stack>& stacks) {
    for (std::size_t i = 0; i < stacks.size(); ++i) {
      live_.erase(stacks[i].lo);
      hot_[stacks[i].size_class].push_back(stacks[i].lo);
      if (i % 64 == 63 || i + 1 == stacks.size()) cool_what_is_full();
    }
  }

  /// Notes a trim. @return how many stacks it had to give back.
  std::size_t trimmed() {
    std::size_t count = 0;
    for (auto& [size_class, hot] : hot_) count += cool(hot, 0);
    return count;
  }

  /// Compares what is counted.
  void compare(const StackPool& pool) const {
    const StackPoolStats stats = pool.stats();
    std::size_t hot_count = 0;
    for (const auto& [size_class, hot] : hot_) hot_count += hot.size();
    CHECK(stats.live == live_.size());
    CHECK(stats.hot == hot_count);
    CHECK(stats.live + stats.hot + stats.cold == stats.guards);
  }

 private:
  void cool_what_is_full() {
    for (auto& [size_class, hot] : hot_) {
      if (hot.size() >= hot_max_ + 64) cool(hot, hot_max_);
    }
  }
  std::size_t cool(std::vector<std::byte*>& hot, std::size_t keep) {
    if (hot.size() <= keep) return 0;
    const std::size_t count = hot.size() - keep;
    cold_.insert(hot.begin(),
                 hot.begin() + static_cast<std::ptrdiff_t>(count));
    hot.erase(hot.begin(),
              hot.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }

  std::size_t hot_max_;
  std::map<int, std::vector<std::byte*>> hot_;
  std::set<std::byte*> cold_;
  std::set<std::byte*> live_;
  std::set<std::byte*> seen_;
};

/// Does random operations with a pool and its model side by side.
class RandomUse {
 public:
  /// Uses sizes up to `kMinStackBytes << classes` below.
  RandomUse(std::uint64_t seed, std::size_t hot_max, std::uint32_t classes)
      : rng_(seed),
        classes_(classes),
        pool_({.hot_stacks_max = hot_max}),
        model_(hot_max) {}
  ~RandomUse() { pool_.release_many(live_); }
  RandomUse(const RandomUse&) = delete;
  RandomUse& operator=(const RandomUse&) = delete;

  /// Does one operation and compares.
  void step() {
    const std::uint32_t kind = rng_.below(16);
    if (kind < 7) {
      acquire(1 + rng_.below(kind == 0 ? 100 : 4));
    } else if (kind < 14) {
      release(1 + rng_.below(kind == 7 ? 150 : 4));
    } else if (kind == 14) {
      CHECK(pool_.trim() == model_.trimmed());
    } else {
      look();
    }
    model_.compare(pool_);
  }

 private:
  void acquire(std::size_t count) {
    const std::size_t bytes = kMinStackBytes << rng_.below(classes_);
    for (const Stack& stack : take_many(pool_, count, bytes)) {
      CHECK(stack.limit_bytes() == bytes);
      model_.took(stack);
      stack.hi[-1] = std::byte{1};
      live_.push_back(stack);
    }
  }
  void release(std::size_t count) {
    std::vector<Stack> back;
    while (count-- > 0 && !live_.empty()) {
      std::swap(live_[rng_.below(static_cast<std::uint32_t>(live_.size()))],
                live_.back());
      back.push_back(live_.back());
      live_.pop_back();
    }
    pool_.release_many(back);
    model_.gave(back);
  }
  void look() const {
    for (const Stack& stack : live_) {
      const StackLocation at = pool_.find(stack.hi - 1);
      CHECK(at.part == StackLocation::Part::kStack);
      CHECK(at.stack.lo == stack.lo);
      CHECK(pool_.find(stack.lo - 1).part == StackLocation::Part::kGuard);
    }
  }

  Rng rng_;
  std::uint32_t classes_;
  StackPool pool_;
  PoolModel model_;
  std::vector<Stack> live_;
};

}  // namespace strata::context::lab
