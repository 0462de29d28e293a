/// @file
/// @brief Tests the owner's side of a run queue, promise by promise.
#include "strata/sched/run_queue.hpp"

#include <deque>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "../support/cost.hpp"
#include "../support/queues.hpp"
#include "../support/seed.hpp"

namespace {

using namespace strata::sched;       // NOLINT: the layer under test
using namespace strata::sched::lab;  // NOLINT: the tests' own

}  // namespace

TEST_CASE("ring: one goroutine goes in and comes out") {
  std::vector<G> gs(1);
  RunQueue queue;
  CHECK(queue.empty());
  REQUIRE(queue.put(gs[0]));
  CHECK_FALSE(queue.empty());
  CHECK(queue.size() == 1);
  const Taken taken = queue.get();
  CHECK(number_of(gs, taken.g) == 0);
  CHECK_FALSE(taken.inherits_slice);
  CHECK(queue.empty());
  CHECK(queue.get().g == nullptr);
}

TEST_CASE("put: a ring keeps the order, also around its end (I-02.2)") {
  std::vector<G> gs(kSlots);
  RunQueue queue;
  for (int round = 0; round < 5; ++round) {
    fill(queue, gs, 0, kSlots - 3);
    INFO("round " << round << ": first in, first out");
    REQUIRE(drain(queue, gs) == numbers(0, kSlots - 3));
  }
}

TEST_CASE("put: a full ring refuses, and one get makes room (I-02.3)") {
  std::vector<G> gs(kSlots + 1);
  RunQueue queue;
  fill(queue, gs, 0, kSlots);
  CHECK_FALSE(queue.put(gs[kSlots]));
  CHECK(queue.size() == kSlots);
  CHECK(number_of(gs, queue.get().g) == 0);
  CHECK(queue.put(gs[kSlots]));
  CHECK(drain(queue, gs) == numbers(1, kSlots + 1));
}

TEST_CASE("put: positions may pass the largest number (I-02.3)") {
  std::vector<G> gs(kSlots + 1);
  for (const std::uint32_t before : {1U, kSlots / 2, kSlots - 1}) {
    RunQueue queue;
    RunQueueTestAccess::start_at(queue, UINT32_MAX - before + 1);
    INFO("the position is 0 again after " << before << " puts");
    fill(queue, gs, 0, kSlots);
    CHECK_FALSE(queue.put(gs[kSlots]));
    CHECK_FALSE(queue.empty());
    CHECK(drain(queue, gs) == numbers(0, kSlots));
    CHECK(queue.empty());
  }
}

TEST_CASE("get: the front slot comes first and shares the slice") {
  std::vector<G> gs(3);
  RunQueue queue;
  fill(queue, gs, 0, 2);
  CHECK(queue.put_next(gs[2]) == nullptr);
  const Taken first = queue.get();
  CHECK(number_of(gs, first.g) == 2);
  CHECK(first.inherits_slice);
  const Taken second = queue.get();
  CHECK(number_of(gs, second.g) == 0);
  CHECK_FALSE(second.inherits_slice);
}

TEST_CASE("put_next: it hands back whom it pushes out") {
  std::vector<G> gs(2);
  RunQueue queue;
  CHECK(queue.put_next(gs[0]) == nullptr);
  CHECK(number_of(gs, queue.put_next(gs[1])) == 0);
  CHECK(queue.size() == 1);
  CHECK_FALSE(queue.empty());
  CHECK(number_of(gs, queue.take_next()) == 1);
  CHECK(queue.take_next() == nullptr);
  CHECK(queue.empty());
}

TEST_CASE("take_half: the older half of a full ring, in order (I-02.2)") {
  std::vector<G> gs(kSlots);
  RunQueue queue;
  fill(queue, gs, 0, kSlots);
  std::vector<G*> half(kSlots / 2);
  REQUIRE(queue.take_half(half.data()) == kSlots / 2);
  std::vector<int> got;
  for (const G* g : half) got.push_back(number_of(gs, g));
  CHECK(got == numbers(0, kSlots / 2));
  INFO("half of it is gone, so nothing is full any more");
  CHECK(queue.take_half(half.data()) == 0);
  CHECK(drain(queue, gs) == numbers(kSlots / 2, kSlots));
}

TEST_CASE("ring: random operations do what a model does (I-02.1)") {
  const std::uint64_t seed = chosen_seed();
  INFO("STRATA_SEED=" << seed);
  RandomQueues queues(seed, 2, UINT32_MAX - 1000);
  for (int i = 0; i < 20'000; ++i) queues.step();
}

TEST_CASE("ring: an owner and two real thieves share it (I-02.1)") {
  constexpr std::uint32_t kCount = 20'000;
  std::vector<G> gs(kCount);
  RunQueue own;
  strata::atomic<bool> done{false};
  std::vector<G*> taken[3];
  std::vector<std::thread> thieves;
  for (std::size_t thief = 1; thief <= 2; ++thief) {
    thieves.emplace_back([&, thief] {
      RunQueue loot;
      while (!done.load(std::memory_order_acquire)) {
        G* g = loot.steal_from(own, true);
        for (; g != nullptr; g = loot.get().g) {
          if (g->name[0] == 'g') taken[thief].push_back(g);
        }
      }
    });
  }
  std::vector<G*> half(kSlots / 2);
  int refused = 0;  // by a ring that gives nothing away either
  for (G& g : gs) {
    g.name[0] = 'g';  // plain data: written before, read by who takes it
    G* behind = number_of(gs, &g) % 3 == 0 ? own.put_next(g) : &g;
    while (behind != nullptr && refused < 100'000 && !own.put(*behind)) {
      const std::uint32_t count = own.take_half(half.data());
      taken[0].insert(taken[0].end(), half.begin(), half.begin() + count);
      refused = count == 0 ? refused + 1 : 0;
    }
    if (number_of(gs, &g) % 5 != 0) continue;
    G* mine = own.get().g;
    if (mine != nullptr) taken[0].push_back(mine);
  }
  for (G* g = own.get().g; g != nullptr; g = own.get().g) {
    taken[0].push_back(g);
  }
  done.store(true, std::memory_order_release);
  for (std::thread& thief : thieves) thief.join();
  std::set<const G*> all;
  std::size_t count = 0;
  for (const std::vector<G*>& list : taken) {
    for (const G* g : list) {
      REQUIRE(g->name[0] == 'g');
      all.insert(g);
      ++count;
    }
  }
  CHECK(count == kCount);
  CHECK(all.size() == kCount);
}

namespace {

// The queue that a scheduler without rings would have.
class LockedQueue {
 public:
  [[gnu::noinline]] bool put(G& g) {
    const std::lock_guard guard(mutex_);
    items_.push_back(&g);
    return true;
  }
  [[gnu::noinline]] G* get() {
    const std::lock_guard guard(mutex_);
    if (items_.empty()) return nullptr;
    G* g = items_.front();
    items_.pop_front();
    return g;
  }

 private:
  std::mutex mutex_;
  std::deque<G*> items_;
};

}  // namespace

TEST_CASE("ring: put and get cost less than with a lock") {
  constexpr int kPairs = 20'000;
  G g;
  RunQueue ring;
  LockedQueue locked;
  int lost = 0;
  // In a process that never had a second thread a mutex costs nothing.
  std::thread([] {}).join();
  const double ratio = cost_ratio(
      [&] {
        for (int i = 0; i < kPairs; ++i) {
          lost += ring.put(g) ? 0 : 1;
          lost += ring.get().g == &g ? 0 : 1;
        }
      },
      [&] {
        for (int i = 0; i < kPairs; ++i) {
          lost += locked.put(g) ? 0 : 1;
          lost += locked.get() == &g ? 0 : 1;
        }
      });
  CHECK(lost == 0);
  INFO("put and get, divided by the same with a mutex and a deque");
  if (kTimesMean) CHECK(ratio < 0.9);
}
