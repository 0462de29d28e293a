/// @file
/// @brief Tests the owner's side of a run queue with other seeds and
/// starts.
// strata-private-a3b0f5fe0abf8899
#include "strata/sched/run_queue.hpp"

#include "../support/queues.hpp"
#include "../support/seed.hpp"

namespace {

using namespace strata::sched;       // NOLINT: the layer under test
using namespace strata::sched::lab;  // NOLINT: the tests' own

}  // namespace

TEST_CASE("ring: the model again, with many thefts, from many positions") {
  const std::uint64_t seed = chosen_seed();
  INFO("STRATA_SEED=" << seed);
  for (const std::uint32_t start :
       {0U, kSlots - 1, 0x7fff'ff00U, 0xffff'fff0U}) {
    RandomQueues queues(seed + start, 20, start);
    for (int i = 0; i < 10'000; ++i) queues.step();
  }
}

TEST_CASE("take_half: takes nothing from a ring that has room") {
  std::vector<G> gs(kSlots);
  std::vector<G*> half(kSlots / 2);
  for (std::uint32_t count = 0; count < kSlots; ++count) {
    RunQueue queue;
    fill(queue, gs, 0, count);
    REQUIRE(queue.take_half(half.data()) == 0);
    REQUIRE(queue.size() == count);
    REQUIRE(drain(queue, gs) == numbers(0, count));
  }
  RunQueue queue;
  queue.put_next(gs[0]);
  fill(queue, gs, 1, kSlots);
  INFO("the front slot is no part of the ring");
  CHECK(queue.size() == kSlots);
  CHECK(number_of(gs, queue.take_next()) == 0);
  CHECK(drain(queue, gs) == numbers(1, kSlots));
}
