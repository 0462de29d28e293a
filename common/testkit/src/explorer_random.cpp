/// @file
/// @brief Implements the random search.

#include "explorer_strategy.hpp"

#include <bit>

namespace strata::testkit {
namespace {

// Returns the position of the n-th lowest member, counted from 0.
int nth_member(ThreadSet set, std::uint32_t n) {
  while (n-- > 0) set &= set - 1;
  return std::countr_zero(set);
}

class RandomStrategy final : public Strategy {
 public:
  RandomStrategy(std::uint64_t first_seed, std::uint64_t count)
      : next_seed_(first_seed), left_(count) {}

  bool begin() override {
    if (left_ == 0) return false;
    --left_;
    seed_ = next_seed_++;
    rng_ = Rng(seed_ * 0x9e3779b97f4a7c15ULL);
    style_ = static_cast<Style>(rng_.below(3));
    stay_shift_ = 1 + rng_.below(5);
    demote_shift_ = 1 + rng_.below(6);
    flush_shift_ = 1 + rng_.below(6);
    lowest_ = 0;
    return true;
  }

  Choice next(const Moment& moment) override {
    if (moment.buffered != 0 && once_in(flush_shift_)) {
      return {any_of(moment.buffered), true};
    }
    ThreadSet others = moment.ready & ~only(moment.current);
    if (others == 0) return {moment.current, false};
    const bool may_stay =
        (moment.ready & only(moment.current)) != 0 && !moment.yields;
    switch (style_) {
      case Style::kAnybody:
        return {any_of(may_stay ? moment.ready : others), false};
      case Style::kBursts:
        if (may_stay && !once_in(stay_shift_)) break;
        return {any_of(others), false};
      case Style::kPriorities:
        return {by_priority(moment), false};
    }
    return {moment.current, false};
  }

  int pick(int count) override {
    return static_cast<int>(rng_.below(static_cast<std::uint32_t>(count)));
  }

  bool rarely() override { return once_in(kRarelyShift); }

  void add_thread(int thread) override {
    if (style_ == Style::kPriorities) {
      priority(thread) = static_cast<std::int64_t>(rng_.next());
    }
  }

  std::string seed() const override { return std::to_string(seed_); }
  bool complete() const override { return false; }

 private:
  static constexpr std::uint32_t kRarelyShift = 6;

  enum class Style : std::uint8_t { kAnybody, kBursts, kPriorities };

  std::int64_t& priority(int thread) {
    return priorities_[static_cast<std::size_t>(thread)];
  }

  // True with probability 1 / 2^shift.
  bool once_in(std::uint32_t shift) {
    return (rng_.next() >> (32 - shift)) == 0;
  }

  int any_of(ThreadSet set) {
    const auto count = static_cast<std::uint32_t>(std::popcount(set));
    return nth_member(set, count == 1 ? 0 : rng_.below(count));
  }

  // The highest priority runs. Now and then, and when it yields, the
  // running thread falls below all others: those are the preemptions.
  int by_priority(const Moment& moment) {
    if (moment.yields || once_in(demote_shift_)) {
      priority(moment.current) = --lowest_;
    }
    int best = std::countr_zero(moment.ready);
    for (ThreadSet rest = moment.ready; rest != 0; rest &= rest - 1) {
      const int thread = std::countr_zero(rest);
      if (priority(thread) > priority(best)) best = thread;
    }
    return best;
  }

  std::uint64_t next_seed_;
  std::uint64_t left_;

  // of the schedule under way
  std::uint64_t seed_ = 0;
  Rng rng_{0};
  Style style_ = Style::kAnybody;
  std::uint32_t stay_shift_ = 1;
  std::uint32_t demote_shift_ = 1;
  std::uint32_t flush_shift_ = 1;
  std::int64_t lowest_ = 0;
  std::array<std::int64_t, kThreadsMax> priorities_{};
};

}  // namespace

std::unique_ptr<Strategy> make_random(std::uint64_t first_seed,
                                      std::uint64_t count) {
  return std::make_unique<RandomStrategy>(first_seed, count);
}

}  // namespace strata::testkit
