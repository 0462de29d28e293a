/// @file
/// @brief Compares who runs next with what a model of one P says.
///
/// Story
///   Goroutines on one P start others, yield and end, as a random generator
///   says. Before each such step they tell the model, which decides by the
///   rules of the chapter who runs next; whoever runs then looks whether it
///   was meant.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <utility>

#include "../support/runs.hpp"
#include "strata/base/rng.hpp"

namespace strata::sched::lab {

/// One P and the global queue, as plain data. Goroutines are numbers.
class TurnModel {
 public:
  /// Begins where a P is now; its queues are empty.
  TurnModel(std::uint32_t tick, std::uint32_t inherited)
      : tick_(tick), inherited_(inherited) {}

  /// Who should be running.
  [[nodiscard]] int running() const { return running_; }

  /// The running goroutine starts another one.
  void go(int child) {
    const int behind = std::exchange(front_, child);
    if (behind >= 0) ring_.push_back(behind);
  }
  /// The running goroutine goes behind all others.
  void yield() {
    if (front_ < 0 && ring_.empty() && global_.empty()) return;
    const int self = running_;
    if (!take_turn() && !take_own()) begin(pop(global_));
    global_.push_back(self);
  }
  /// The running goroutine ends.
  void end() {
    if (take_turn() || take_own() || global_.empty()) return;
    const int first = pop(global_);
    const std::size_t share = std::min<std::size_t>(
        global_.size(), kRunQueueSlots / 2 - 1);  // one P: its share is all
    for (std::size_t i = 0; i < share; ++i) ring_.push_back(pop(global_));
    begin(first);
  }

 private:
  static int pop(std::deque<int>& queue) {
    const int oldest = queue.front();
    queue.pop_front();
    return oldest;
  }
  void begin(int next) {
    running_ = next;
    inherited_ = 0;
    ++tick_;
  }
  bool take_turn() {
    if (tick_ % 61 != 0 || global_.empty()) return false;
    begin(pop(global_));
    return true;
  }
  bool take_own() {
    const bool ends_slice = inherited_ >= 61;
    if (front_ >= 0 && (!ends_slice || ring_.empty())) {
      running_ = std::exchange(front_, -1);
      inherited_ = ends_slice ? 0 : inherited_ + 1;
      if (ends_slice) ++tick_;
      return true;
    }
    if (ring_.empty()) return false;
    const int oldest = pop(ring_);
    if (front_ >= 0) ring_.push_back(std::exchange(front_, -1));
    begin(oldest);
    return true;
  }

  std::uint32_t tick_;
  std::uint32_t inherited_;
  int running_ = 0;
  int front_ = -1;
  std::deque<int> ring_;
  std::deque<int> global_;
};

/// How often, in percent, a goroutine's next step starts another one or
/// yields; otherwise it ends.
struct Mix {
  /// Starts another one.
  std::uint32_t go;
  /// Yields.
  std::uint32_t yield;
};

/// What a comparison found.
struct Turns {
  /// Steps compared.
  int steps = 0;
  /// Number of the first step at which somebody else ran, or -1.
  int first_wrong = -1;
  /// Who should have run there, and who did; 0 is main.
  int expected = -1;
  /// See `expected`.
  int got = -1;
};

/// Lets goroutines on one P do random steps beside the model.
class RandomTurns {
 public:
  /// @param seed of the draws. @param mix of steps. @param live_max alive
  /// at once, at most as many as the ring has slots.
  RandomTurns(std::uint64_t seed, Mix mix, int live_max = 60)
      : rng_(seed), mix_(mix), live_max_(live_max) {}

  /// Compares at least so many steps. @return what was found.
  Turns compare(int steps) {
    run_on(1, [&] {
      const P& p = *current_m()->p;
      model_ = TurnModel(p.tick, p.inherited);
      while (!over_ && found_.steps < steps) {
        if (live_ < live_max_) start_one();
        look(0);
        yield_both();
      }
      over_ = true;
      while (live_ > 0) yield();
    });
    return found_;
  }

 private:
  // Whoever runs looks whether it was meant.
  void look(int self) {
    if (over_) return;
    ++found_.steps;
    if (found_.first_wrong >= 0 || model_.running() == self) return;
    found_.first_wrong = found_.steps;
    found_.expected = model_.running();
    found_.got = self;
    over_ = true;  // from here on the two have nothing in common
  }
  void start_one() {
    const int child = ++last_;
    ++live_;
    if (!over_) model_.go(child);
    go([this, child] { live(child); });
  }
  void yield_both() {
    if (!over_) model_.yield();
    yield();
  }
  void live(int self) {
    for (;;) {
      look(self);
      const std::uint32_t draw = over_ ? 100 : rng_.below(100);
      if (draw < mix_.go && live_ < live_max_) {
        start_one();
      } else if (draw >= mix_.go && draw < mix_.go + mix_.yield) {
        yield_both();
      } else {
        break;
      }
    }
    --live_;
    if (!over_) model_.end();
  }

  Rng rng_;
  Mix mix_;
  int live_max_;
  TurnModel model_{0, 0};
  Turns found_;
  int last_ = 0;
  int live_ = 0;
  bool over_ = false;
};

}  // namespace strata::sched::lab
