/// @file
/// @brief What the tests of run queues have in common.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "strata/base/rng.hpp"
#include "strata/sched/g.hpp"
#include "strata/sched/run_queue.hpp"
#include "strata/testkit/catch.hpp"

namespace strata::sched {

/// Moves an empty ring to a position, so that counters wrap during a test.
struct RunQueueTestAccess {
  /// Sets both ends. @param queue empty. @param position of both.
  static void start_at(RunQueue& queue, std::uint32_t position) {
    queue.head_.store(position, std::memory_order_relaxed);
    queue.tail_.store(position, std::memory_order_relaxed);
  }
};

}  // namespace strata::sched

namespace strata::sched::lab {

inline constexpr std::uint32_t kSlots = kRunQueueSlots;

/// Puts goroutines first to last - 1; each must fit.
inline void fill(RunQueue& queue, std::vector<G>& gs, std::uint32_t first,
                 std::uint32_t last) {
  for (std::uint32_t i = first; i < last; ++i) {
    INFO("put of goroutine " << i << " into a ring that has room");
    REQUIRE(queue.put(gs[i]));
  }
}

/// Names a goroutine by its place in `gs`; -1 stands for none.
inline int number_of(const std::vector<G>& gs, const G* g) {
  return g == nullptr ? -1 : static_cast<int>(g - gs.data());
}

/// Takes everything an owner can get, as numbers, in order. Gives up at one
/// more than there can be.
inline std::vector<int> drain(RunQueue& queue, const std::vector<G>& gs) {
  std::vector<int> taken;
  for (Taken t = queue.get(); t.g != nullptr && taken.size() <= gs.size();
       t = queue.get()) {
    taken.push_back(number_of(gs, t.g));
  }
  return taken;
}

/// Lists the numbers first to last - 1.
inline std::vector<int> numbers(std::uint32_t first, std::uint32_t last) {
  std::vector<int> all;
  for (std::uint32_t i = first; i < last; ++i) {
    all.push_back(static_cast<int>(i));
  }
  return all;
}

/// What a queue should hold: the rules as a reader would state them.
struct QueueModel {
  std::deque<G*> ring;
  G* next = nullptr;

  bool put(G* g) {
    if (ring.size() == kSlots) return false;
    ring.push_back(g);
    return true;
  }
  G* put_next(G* g) { return std::exchange(next, g); }
  G* take_next() { return std::exchange(next, nullptr); }
  G* oldest() {
    if (ring.empty()) return nullptr;
    G* g = ring.front();
    ring.pop_front();
    return g;
  }
  G* steal_from(QueueModel& victim, bool and_next) {
    const std::size_t count = victim.ring.size() - victim.ring.size() / 2;
    if (count == 0) return and_next ? victim.take_next() : nullptr;
    for (std::size_t i = 1; i < count; ++i) ring.push_back(victim.oldest());
    return victim.oldest();
  }
  [[nodiscard]] std::size_t size() const {
    return ring.size() + (next != nullptr ? 1 : 0);
  }
};

/// Draws operations for two queues and their models, and compares.
class RandomQueues {
 public:
  /// @param seed of the draws. @param steals in a hundred operations.
  /// @param start where both rings begin.
  RandomQueues(std::uint64_t seed, std::uint32_t steals,
               std::uint32_t start)
      : rng_(seed), steals_(steals), gs_(3 * kSlots) {
    for (G& g : gs_) spare_.push_back(&g);
    for (RunQueue& queue : queues_) {
      RunQueueTestAccess::start_at(queue, start);
    }
  }

  /// Does one operation and compares what came out and what is left. Runs
  /// of puts alternate with runs of gets, so that rings get full and empty.
  void step() {
    if (rng_.below(kSlots) == 0) filling_ = !filling_;
    const std::size_t one = rng_.below(2);
    const std::uint32_t kind = rng_.below(100);
    if (kind < steals_) {
      steal(one);
    } else if (kind < steals_ + 5) {
      put_next(one);
    } else if (kind < steals_ + 10) {
      take_next(one);
    } else if (kind < steals_ + 15) {
      take_half(one);
    } else if ((kind % 4 != 0) == filling_) {
      put(one);
    } else {
      get(one);
    }
    REQUIRE(queues_[one].size() == models_[one].size());
    REQUIRE(queues_[one].empty() == (models_[one].size() == 0));
  }

 private:
  int named(const G* g) const { return number_of(gs_, g); }
  void give_back(G* g) {
    if (g != nullptr) spare_.push_back(g);
  }
  void put(std::size_t one) {
    if (spare_.empty()) return;
    G* g = spare_.back();
    const bool fits = models_[one].put(g);
    INFO("put into a ring of " << models_[one].ring.size());
    REQUIRE(queues_[one].put(*g) == fits);
    if (fits) spare_.pop_back();
  }
  void put_next(std::size_t one) {
    if (spare_.empty()) return;
    G* g = spare_.back();
    spare_.pop_back();
    G* expected = models_[one].put_next(g);
    REQUIRE(named(queues_[one].put_next(*g)) == named(expected));
    give_back(expected);
  }
  void take_next(std::size_t one) {
    G* expected = models_[one].take_next();
    REQUIRE(named(queues_[one].take_next()) == named(expected));
    give_back(expected);
  }
  void get(std::size_t one) {
    G* next = models_[one].take_next();
    G* expected = next != nullptr ? next : models_[one].oldest();
    const Taken taken = queues_[one].get();
    REQUIRE(named(taken.g) == named(expected));
    REQUIRE(taken.inherits_slice == (next != nullptr));
    give_back(expected);
  }
  void steal(std::size_t thief) {
    if (!models_[thief].ring.empty()) return;  // only an empty ring steals
    const bool and_next = rng_.below(2) == 0;
    G* expected = models_[thief].steal_from(models_[1 - thief], and_next);
    G* got = queues_[thief].steal_from(queues_[1 - thief], and_next);
    REQUIRE(named(got) == named(expected));
    give_back(expected);
  }
  void take_half(std::size_t one) {
    std::vector<G*> half(kSlots / 2);
    const bool full = models_[one].ring.size() / 2 == kSlots / 2;
    const std::uint32_t count = full ? kSlots / 2 : 0;
    REQUIRE(queues_[one].take_half(half.data()) == count);
    for (std::uint32_t i = 0; i < count; ++i) {
      G* expected = models_[one].oldest();
      REQUIRE(named(half[i]) == named(expected));
      give_back(expected);
    }
  }

  Rng rng_;
  std::uint32_t steals_;
  bool filling_ = true;
  std::vector<G> gs_;
  std::vector<G*> spare_;
  RunQueue queues_[2];
  QueueModel models_[2];
};

}  // namespace strata::sched::lab
