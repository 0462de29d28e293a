/// @file
/// @brief Walks over all Ps in an order that differs from time to time.
///
/// Story
///   Thieves that all start at P 0 would fight over it. Counting up from a
///   random start by a step that shares no factor with the number of Ps
///   visits each P exactly once, and needs no list of who was visited.
///
/// Source
///   Go runtime/proc.go: randomOrder, randomEnum.
#pragma once

#include <cstdint>
#include <numeric>
#include <vector>

#include "strata/base/rng.hpp"

namespace strata::sched {

/// Makes walks over the numbers below a count.
class StealOrder {
 public:
  /// One walk: `for (Walk w = order.start(rng); !w.done(); w.next())`.
  class Walk {
   public:
    Walk(std::uint32_t count, std::uint32_t first, std::uint32_t step)
        : count_(count), left_(count), position_(first), step_(step) {}
    [[nodiscard]] bool done() const { return left_ == 0; }
    [[nodiscard]] std::uint32_t position() const { return position_; }
    // [doc:steal-walk]
    void next() {
      --left_;
      position_ = (position_ + step_) % count_;
    }
    // [/doc:steal-walk]

   private:
    std::uint32_t count_;
    std::uint32_t left_;
    std::uint32_t position_;
    std::uint32_t step_;
  };

  /// Prepares walks over 0 to count - 1. @param count at least 1.
  void reset(std::uint32_t count) {
    count_ = count;
    steps_.clear();
    for (std::uint32_t step = 1; step <= count; ++step) {
      if (std::gcd(step, count) == 1) steps_.push_back(step);
    }
  }

  /// Starts a walk. @param rng draws its start and step.
  [[nodiscard]] Walk start(Rng& rng) const {
    const auto choices = static_cast<std::uint32_t>(steps_.size());
    return {count_, rng.below(count_), steps_[rng.below(choices)]};
  }

 private:
  std::uint32_t count_ = 0;
  std::vector<std::uint32_t> steps_;
};

}  // namespace strata::sched
