/// @file
/// @brief Lets an owner and a thief work on one run queue, on real threads.
#include "strata/sched/run_queue.hpp"

#include <thread>
#include <vector>

#include "../support.hpp"
#include "strata/base/clock.hpp"
#include "strata/sched/g.hpp"
#include "strata/testkit/catch.hpp"

namespace strata::sched {
namespace {

constexpr std::int64_t kNsPerTest = 500'000'000;

// Counts how often each goroutine was put and taken; the counters of a
// goroutine belong to whoever has it.
struct Books {
  explicit Books(std::size_t count) : gs(count), out(count, 0) {}
  std::vector<G> gs;
  std::vector<int> out;  // 1 while it is in a queue
  atomic<int> wrong{0};

  void put(const G& g) { change(g, 0, 1); }
  void take(const G& g) { change(g, 1, 0); }
  void change(const G& g, int from, int to) {
    int& now = out[static_cast<std::size_t>(&g - gs.data())];
    if (now != from) wrong.fetch_add(1, std::memory_order_relaxed);
    now = to;
  }
};

// A thief that steals, empties its own queue and hands the goroutines back
// over a second queue, of which it is the owner.
void steal_until(Books& books, RunQueue& victim, RunQueue& loot,
                 RunQueue& back, const atomic<bool>& stop) {
  const auto hand_back = [&](G& g) {
    books.take(g);
    books.put(g);
    while (!back.put(g)) cpu_relax();
  };
  bool and_next = false;
  while (!stop.load(std::memory_order_relaxed)) {
    and_next = !and_next;
    G* g = loot.steal_from(victim, and_next);
    if (g != nullptr) hand_back(*g);
    for (Taken t = loot.get(); t.g != nullptr; t = loot.get()) {
      hand_back(*t.g);
    }
  }
}

}  // namespace

TEST_CASE(
    "stress: owner and thief never lose or double a goroutine (I-02.1)") {
  // Fewer goroutines than slots in all queues, so that every put succeeds
  // sooner or later.
  constexpr std::size_t kCount = kRunQueueSlots;
  Books books(kCount);
  RunQueue own;
  RunQueue loot;
  RunQueue back;
  RunQueue returned;
  atomic<bool> stop{false};
  std::vector<G*> spare;
  for (G& g : books.gs) spare.push_back(&g);
  std::thread thief([&] { steal_until(books, own, loot, back, stop); });

  Rng rng(test::test_seed(static_cast<std::uint64_t>(now_ns())));
  const std::int64_t end_ns = now_ns() + kNsPerTest;
  const auto keep = [&](G* g) {
    if (g == nullptr) return;
    books.take(*g);
    spare.push_back(g);
  };
  while (now_ns() < end_ns) {
    for (int i = 0; i < 1000; ++i) {
      if (!spare.empty() && rng.below(2) == 0) {
        G& g = *spare.back();
        spare.pop_back();
        books.put(g);
        if (rng.below(4) == 0) {
          keep(own.put_next(g));
        } else if (!own.put(g)) {
          keep(&g);
        }
      } else if (rng.below(2) == 0) {
        keep(own.get().g);
      } else {
        keep(returned.steal_from(back, true));
        for (Taken t = returned.get(); t.g != nullptr; t = returned.get()) {
          keep(t.g);
        }
      }
    }
  }
  stop.store(true, std::memory_order_relaxed);
  thief.join();
  for (RunQueue* queue : {&own, &loot, &back, &returned}) {
    for (Taken t = queue->get(); t.g != nullptr; t = queue->get())
      keep(t.g);
  }
  CHECK(books.wrong.load(std::memory_order_relaxed) == 0);
  CHECK(spare.size() == kCount);
}

}  // namespace strata::sched
