/// @file
/// @brief Compares the deque with the run queue: cost, theft, starvation.
///
/// Story
///   Both do the same work in the same run, so a ratio means something on
///   any machine. The best of several rounds counts: noise only ever adds.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "chase_lev.hpp"
#include "strata/base/clock.hpp"
#include "strata/sched/run_queue.hpp"

namespace strata::lab {

/// What the same work cost on either side.
struct Costs {
  double deque_ns = 0;
  double run_queue_ns = 0;
  bool deque_took_all = true;
  /// How many times as long the deque took.
  [[nodiscard]] double ratio() const { return deque_ns / run_queue_ns; }
};

/// Does something several times. @return the best time in nanoseconds.
template <class Body>
double best_ns(const Body& body) {
  double best = std::numeric_limits<double>::max();
  for (int round = 0; round < 5; ++round) {
    const std::int64_t began = now_ns();
    body();
    best = std::min(best, static_cast<double>(now_ns() - began));
  }
  return best;
}

/// Queues and takes pairs of goroutines as an owner does, alone.
/// @param pairs how many. @return what it cost.
inline Costs compare_owner(int pairs) {
  std::array<sched::G, 2> gs;
  ChaseLev deque(sched::kRunQueueSlots);
  const auto queue = std::make_unique<sched::RunQueue>();
  Costs costs;
  costs.deque_ns = best_ns([&] {
    for (int i = 0; i < pairs; ++i) {
      deque.push(gs[0]);
      deque.push(gs[1]);
      costs.deque_took_all &= deque.pop() == &gs[1];
      costs.deque_took_all &= deque.pop() == &gs[0];
    }
  });
  costs.run_queue_ns = best_ns([&] {
    for (int i = 0; i < pairs; ++i) {
      // Two slots at least: there is room.
      static_cast<void>(queue->put(gs[0]));
      static_cast<void>(queue->put(gs[1]));
      static_cast<void>(queue->get());
      static_cast<void>(queue->get());
    }
  });
  return costs;
}

/// Moves goroutines from one queue to another: the deque one at a time, the
/// run queue by halves.
/// @param rounds how often a ring full is moved. @return what it cost.
inline Costs compare_theft(int rounds) {
  std::vector<sched::G> gs(sched::kRunQueueSlots);
  ChaseLev deque(sched::kRunQueueSlots);
  const auto queues = std::make_unique<std::array<sched::RunQueue, 2>>();
  sched::RunQueue& victim = (*queues)[0];
  sched::RunQueue& thief = (*queues)[1];
  Costs costs;
  costs.deque_ns = best_ns([&] {
    for (int i = 0; i < rounds; ++i) {
      for (sched::G& g : gs) deque.push(g);
      for (const sched::G& g : gs) {
        costs.deque_took_all &= deque.steal().g == &g;
      }
    }
  });
  costs.run_queue_ns = best_ns([&] {
    for (int i = 0; i < rounds; ++i) {
      for (sched::G& g : gs) static_cast<void>(victim.put(g));
      while (thief.steal_from(victim, false) != nullptr) {
        while (thief.get().g != nullptr) {
        }
      }
    }
  });
  return costs;
}

/// Lets goroutines that always yield take turns through one queue.
/// @param turns in all. @param take takes the next. @param put queues one.
/// @return how many turns each of them got.
template <class Take, class Put>
std::vector<int> turns_of(std::vector<sched::G>& gs, int turns,
                          const Take& take, const Put& put) {
  std::vector<int> got(gs.size());
  for (sched::G& g : gs) put(g);
  for (int turn = 0; turn < turns; ++turn) {
    sched::G* g = take();
    if (g == nullptr) break;
    ++got[static_cast<std::size_t>(g - gs.data())];
    put(*g);
  }
  return got;
}

}  // namespace strata::lab
