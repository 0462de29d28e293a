/// @file
/// @brief Helps the tests of run queues: fill one, empty one, compare.
#pragma once

#include <cstdint>
#include <vector>

#include "strata/sched/g.hpp"
#include "strata/sched/run_queue.hpp"
#include "strata/testkit/catch.hpp"

namespace strata::sched::test {

/// Puts goroutines first to last - 1.
inline void fill(RunQueue& queue, std::vector<G>& gs, std::uint32_t first,
                 std::uint32_t last) {
  for (std::uint32_t i = first; i < last; ++i) REQUIRE(queue.put(gs[i]));
}

/// Takes everything an owner can get, in order.
inline std::vector<G*> drain(RunQueue& queue) {
  std::vector<G*> taken;
  for (Taken t = queue.get(); t.g != nullptr; t = queue.get()) {
    taken.push_back(t.g);
  }
  return taken;
}

/// Lists goroutines first to last - 1.
inline std::vector<G*> addresses(std::vector<G>& gs, std::uint32_t first,
                                 std::uint32_t last) {
  std::vector<G*> all;
  for (std::uint32_t i = first; i < last; ++i) all.push_back(&gs[i]);
  return all;
}

}  // namespace strata::sched::test
