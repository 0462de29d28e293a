/// @file
/// @brief Compares a deque with std::deque under random operations.
///
/// Story
///   One thread plays owner and thief in turns. Then nothing can be lost to
///   somebody else, and every answer is known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "chase_lev.hpp"
#include "strata/base/rng.hpp"
#include "strata/testkit/catch.hpp"

namespace strata::lab {

/// Draws operations for a deque and its model and compares all answers.
class DequeModel {
 public:
  /// @param seed of the draws. @param slots the deque's first room.
  /// @param count goroutines that come and go.
  DequeModel(std::uint64_t seed, std::size_t slots, std::size_t count)
      : rng_(seed), gs_(count), deque_(slots) {
    for (sched::G& g : gs_) spare_.push_back(&g);
  }

  /// Does one operation. Long runs of pushes make it grow, long runs of
  /// takes make it empty.
  void step() {
    if (left_ == 0) {
      left_ = 1 + rng_.below(40);
      mostly_puts_ = rng_.below(2) == 0;
    }
    --left_;
    const bool puts = rng_.below(4) != 0 ? mostly_puts_ : !mostly_puts_;
    if (puts) return push();
    if (rng_.below(2) == 0) return pop();
    steal();
  }

 private:
  void push() {
    if (spare_.empty()) return;
    sched::G* g = spare_.back();
    spare_.pop_back();
    deque_.push(*g);
    model_.push_back(g);
    REQUIRE(deque_.size() == model_.size());
  }

  void pop() {
    UNSCOPED_INFO("the owner takes the newest of " << model_.size());
    sched::G* expected = nullptr;
    if (!model_.empty()) {
      expected = model_.back();
      model_.pop_back();
      spare_.push_back(expected);
    }
    REQUIRE(deque_.pop() == expected);
  }

  void steal() {
    UNSCOPED_INFO("a thief takes the oldest of " << model_.size());
    sched::G* expected = nullptr;
    if (!model_.empty()) {
      expected = model_.front();
      model_.pop_front();
      spare_.push_back(expected);
    }
    const Loot loot = deque_.steal();
    REQUIRE(loot.g == expected);
    REQUIRE_FALSE(loot.lost);
  }

  Rng rng_;
  std::vector<sched::G> gs_;
  std::vector<sched::G*> spare_;
  ChaseLev deque_;
  std::deque<sched::G*> model_;
  std::uint32_t left_ = 0;
  bool mostly_puts_ = true;
};

}  // namespace strata::lab
