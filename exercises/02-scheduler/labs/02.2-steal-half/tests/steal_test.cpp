/// @file
/// @brief Tests stealing, promise by promise.
#include <chrono>
#include <thread>
#include <vector>

#include "../support/cost.hpp"
#include "../support/queues.hpp"
#include "../support/seed.hpp"
#include "strata/testkit/eventually.hpp"

namespace {

using namespace strata::sched;       // NOLINT: the layer under test
using namespace strata::sched::lab;  // NOLINT: the tests' own

}  // namespace

TEST_CASE("steal: the only goroutine of a ring can be stolen") {
  std::vector<G> gs(1);
  RunQueue victim;
  RunQueue thief;
  fill(victim, gs, 0, 1);
  CHECK(number_of(gs, thief.steal_from(victim, false)) == 0);
  CHECK(victim.empty());
  INFO("the stolen one is handed out, not queued");
  CHECK(thief.empty());
}

TEST_CASE("steal: the older half, rounded up; the last one runs (I-02.2)") {
  for (std::uint32_t count = 1; count <= kSlots; ++count) {
    std::vector<G> gs(count);
    RunQueue victim;
    RunQueue thief;
    fill(victim, gs, 0, count);
    const std::uint32_t stolen = count - count / 2;
    INFO("the victim has " << count << ", so " << stolen << " are stolen");
    G* last = thief.steal_from(victim, false);
    REQUIRE(number_of(gs, last) == static_cast<int>(stolen) - 1);
    REQUIRE(drain(thief, gs) == numbers(0, stolen - 1));
    REQUIRE(drain(victim, gs) == numbers(stolen, count));
  }
}

TEST_CASE("steal: the front slot only when told, and only last") {
  std::vector<G> gs(3);
  RunQueue victim;
  RunQueue thief;
  fill(victim, gs, 0, 1);
  victim.put_next(gs[2]);
  INFO("the ring comes first, also for a thief that may take both");
  REQUIRE(number_of(gs, thief.steal_from(victim, true)) == 0);
  CHECK(thief.steal_from(victim, false) == nullptr);
  CHECK(victim.size() == 1);
  CHECK(number_of(gs, thief.steal_from(victim, true)) == 2);
  CHECK(victim.empty());
  CHECK(thief.empty());
  CHECK(thief.steal_from(victim, true) == nullptr);
}

TEST_CASE("steal: positions may pass the largest number (I-02.3)") {
  std::vector<G> gs(kSlots);
  for (std::uint32_t back = 1; back < kSlots; back += 5) {
    RunQueue victim;
    RunQueue thief;
    RunQueueTestAccess::start_at(victim, UINT32_MAX - back);
    RunQueueTestAccess::start_at(thief, UINT32_MAX - kSlots / 3 + back);
    fill(victim, gs, 0, kSlots);
    REQUIRE(number_of(gs, thief.steal_from(victim, false)) ==
            static_cast<int>(kSlots) / 2 - 1);
    REQUIRE(drain(thief, gs) == numbers(0, kSlots / 2 - 1));
    REQUIRE(drain(victim, gs) == numbers(kSlots / 2, kSlots));
  }
}

TEST_CASE("steal: random operations do what a model does (I-02.1)") {
  const std::uint64_t seed = chosen_seed();
  INFO("STRATA_SEED=" << seed);
  RandomQueues queues(seed, 30, UINT32_MAX - 500);
  for (int i = 0; i < 20'000; ++i) queues.step();
}

TEST_CASE("steal: three real threads pass on what they steal (I-02.1)") {
  constexpr int kCount = 20'000;
  std::vector<G> gs(kCount);
  RunQueue queues[3];
  strata::atomic<int> left{kCount};
  strata::atomic<bool> wrong{false};
  const auto run = [&](const G* g) {
    if (g->name[0] != 'g') wrong.store(true, std::memory_order_relaxed);
    left.fetch_sub(1, std::memory_order_relaxed);
  };
  const auto work = [&](std::size_t self) {
    int tries = 0;
    while (left.load(std::memory_order_relaxed) > 0 &&
           ++tries < 50'000'000) {
      RunQueue& victim = queues[(self + 1) % 3];
      G* g = queues[self].steal_from(victim, tries % 4 == 0);
      for (; g != nullptr; g = queues[self].get().g) run(g);
    }
  };
  std::thread one(work, 1);
  std::thread two(work, 2);
  for (G& g : gs) {
    g.name[0] = 'g';  // plain data: written before, read by who takes it
    while (!queues[0].put(g)) {
      const G* mine = queues[0].get().g;
      if (mine != nullptr) run(mine);
    }
  }
  // What is left the thieves must get by themselves.
  const bool stolen = strata::testkit::eventually(
      [&] { return queues[0].empty(); }, std::chrono::seconds(2));
  for (G* g = queues[0].get().g; g != nullptr; g = queues[0].get().g) {
    run(g);
  }
  work(0);
  one.join();
  two.join();
  CHECK(stolen);
  CHECK(left.load(std::memory_order_relaxed) == 0);
  CHECK_FALSE(wrong.load(std::memory_order_relaxed));
}

TEST_CASE("steal: half a ring costs less than taking them one by one") {
  std::vector<G> gs(kSlots);
  RunQueue victim;
  RunQueue thief;
  std::size_t seen = 0;
  const auto refill = [&] {
    for (G& g : gs) seen += victim.put(g) ? 1 : 0;
  };
  const auto empty = [&](RunQueue& queue) {
    while (queue.get().g != nullptr) ++seen;
  };
  const double ratio = cost_ratio(
      [&] {
        for (int i = 0; i < 200; ++i) {
          refill();
          seen += thief.steal_from(victim, false) != nullptr ? 1 : 0;
          // The others are in the thief's ring: forget them at once.
          RunQueueTestAccess::start_at(thief, 0);
          RunQueueTestAccess::start_at(victim, 0);
        }
      },
      [&] {
        for (int i = 0; i < 200; ++i) {
          refill();
          for (std::uint32_t taken = 0; taken < kSlots / 2; ++taken) {
            seen += victim.get().g != nullptr ? 1 : 0;
          }
          RunQueueTestAccess::start_at(victim, 0);
        }
      });
  refill();
  REQUIRE(thief.steal_from(victim, false) != nullptr);
  REQUIRE(victim.size() == kSlots / 2);
  empty(victim);
  CHECK(seen > 0);
  INFO("fill and steal half, divided by fill and take as many by get");
  if (kTimesMean) CHECK(ratio < 1.0);
}
