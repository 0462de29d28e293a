/// @file
/// @brief Counts in an exploration who was taken how often (I-02.1).
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "strata/sched/g.hpp"
#include "strata/sched/run_queue.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/explorer.hpp"

namespace strata::sched::lab {

using testkit::check;

/// Holds goroutines and how often each was taken.
template <std::size_t kCount>
struct Ledger {
  std::array<G, kCount> gs;
  std::array<int, kCount> taken{};

  /// Notes one that was taken; null is nobody.
  void take(const G* g) {
    if (g == nullptr) return;
    check(g >= gs.data() && g < gs.data() + kCount,
          "what is taken is a goroutine that was put");
    check(++taken[static_cast<std::size_t>(g - gs.data())] == 1,
          "I-02.1: no goroutine is taken twice");
  }
  /// Takes all that is left of a queue.
  void drain(RunQueue& queue) {
    for (Taken t = queue.get(); t.g != nullptr; t = queue.get()) take(t.g);
  }
  /// Checks that everyone was taken.
  void check_all() const {
    for (const int count : taken) {
      check(count == 1, "I-02.1: no goroutine is lost");
    }
  }
};

/// Puts one that must fit.
inline void must_put(RunQueue& queue, G& g) {
  check(queue.put(g), "put: there is room");
}

/// Some queues, fresh for each schedule.
template <std::size_t kCount>
std::unique_ptr<std::array<RunQueue, kCount>> fresh_queues() {
  return std::make_unique<std::array<RunQueue, kCount>>();
}

/// Tries random schedules; the test fails with the first that does.
inline void survives(std::uint64_t seeds, testkit::Memory memory,
                     const testkit::Body& body,
                     std::uint64_t first_seed = 0) {
  const testkit::Report report = testkit::explore(
      {.memory = memory, .seeds = seeds, .first_seed = first_seed}, body);
  INFO(report.text());
  REQUIRE(report.passed());
}

/// Tries all schedules with at most so many preemptions.
inline void survives_all(int preemptions, const testkit::Body& body) {
  const testkit::Report report = testkit::explore(
      {.search = testkit::Search::kBounded, .preemptions_max = preemptions},
      body);
  INFO(report.text());
  REQUIRE(report.passed());
  CHECK(report.complete);
}

}  // namespace strata::sched::lab
