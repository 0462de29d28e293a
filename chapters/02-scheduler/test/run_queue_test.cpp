/// @file
/// @brief Tests a P's run queue: order, front slot, overflow, and all of it
/// against a model.
#include "strata/sched/run_queue.hpp"

#include <cstdint>
#include <ctime>
#include <deque>
#include <vector>

#include "queue_support.hpp"
#include "strata/base/rng.hpp"
#include "strata/sched/g.hpp"
#include "strata/testkit/catch.hpp"
#include "support.hpp"

namespace strata::sched {

// Moves an empty ring to a position, so that counters wrap during a test.
struct RunQueueTestAccess {
  static void start_at(RunQueue& queue, std::uint32_t position) {
    queue.head_.store(position, std::memory_order_relaxed);
    queue.tail_.store(position, std::memory_order_relaxed);
  }
};

namespace {

constexpr std::uint32_t kSlots = kRunQueueSlots;

using test::addresses;
using test::drain;
using test::fill;

}  // namespace

TEST_CASE("run_queue: a new queue is empty") {
  RunQueue queue;
  CHECK(queue.empty());
  CHECK(queue.size() == 0);
  CHECK(queue.get().g == nullptr);
}

TEST_CASE("run_queue: first put, first out (I-02.2)") {
  std::vector<G> gs(kSlots);
  RunQueue queue;
  fill(queue, gs, 0, kSlots);
  CHECK(queue.size() == kSlots);
  CHECK(drain(queue) == addresses(gs, 0, kSlots));
  CHECK(queue.empty());
}

TEST_CASE("run_queue: a full ring refuses and loses nothing (I-02.3)") {
  std::vector<G> gs(kSlots + 1);
  RunQueue queue;
  fill(queue, gs, 0, kSlots);
  CHECK_FALSE(queue.put(gs[kSlots]));
  CHECK(queue.size() == kSlots);
  CHECK(queue.get().g == &gs[0]);
  CHECK(queue.put(gs[kSlots]));
  CHECK(drain(queue) == addresses(gs, 1, kSlots + 1));
}

TEST_CASE("run_queue: the front slot runs first and shares the slice") {
  std::vector<G> gs(3);
  RunQueue queue;
  fill(queue, gs, 0, 2);
  CHECK(queue.put_next(gs[2]) == nullptr);
  const Taken first = queue.get();
  CHECK(first.g == &gs[2]);
  CHECK(first.inherits_slice);
  const Taken second = queue.get();
  CHECK(second.g == &gs[0]);
  CHECK_FALSE(second.inherits_slice);
}

TEST_CASE("run_queue: the front slot hands back whom it pushes out") {
  std::vector<G> gs(2);
  RunQueue queue;
  CHECK(queue.put_next(gs[0]) == nullptr);
  CHECK(queue.put_next(gs[1]) == &gs[0]);
  CHECK(queue.size() == 1);
  CHECK(queue.get().g == &gs[1]);
}

TEST_CASE("run_queue: a queue with only a front slot is not empty") {
  G g;
  RunQueue queue;
  queue.put_next(g);
  CHECK_FALSE(queue.empty());
  CHECK(queue.size() == 1);
  CHECK(queue.get().g == &g);
  CHECK(queue.empty());
}

TEST_CASE("run_queue: a full ring gives away its older half") {
  std::vector<G> gs(kSlots);
  RunQueue queue;
  fill(queue, gs, 0, kSlots);
  std::vector<G*> half(kSlots / 2);
  CHECK(queue.take_half(half.data()) == kSlots / 2);
  CHECK(half == addresses(gs, 0, kSlots / 2));
  CHECK(drain(queue) == addresses(gs, kSlots / 2, kSlots));
}

TEST_CASE("run_queue: half is only taken from a full ring") {
  std::vector<G> gs(kSlots);
  RunQueue queue;
  fill(queue, gs, 0, kSlots);
  queue.get();
  queue.get();  // what a thief does between a failed put and take_half
  std::vector<G*> half(kSlots / 2);
  CHECK(queue.take_half(half.data()) == 0);
  CHECK(drain(queue) == addresses(gs, 2, kSlots));
}

TEST_CASE("run_queue: positions may wrap around (I-02.3)") {
  std::vector<G> gs(kSlots);
  RunQueue victim;
  RunQueue thief;
  RunQueueTestAccess::start_at(victim, UINT32_MAX - kSlots / 4);
  RunQueueTestAccess::start_at(thief, UINT32_MAX - 1);
  fill(victim, gs, 0, kSlots);
  CHECK(victim.size() == kSlots);
  G extra;
  CHECK_FALSE(victim.put(extra));
  CHECK(thief.steal_from(victim, false) == &gs[kSlots / 2 - 1]);
  CHECK(drain(thief) == addresses(gs, 0, kSlots / 2 - 1));
  CHECK(drain(victim) == addresses(gs, kSlots / 2, kSlots));
}

namespace {

// What a pair of queues should hold: the rings and front slots as plain
// data, the rules as a reader would state them.
struct Model {
  std::deque<G*> ring;
  G* next = nullptr;

  bool put(G* g) {
    if (ring.size() == kSlots) return false;
    ring.push_back(g);
    return true;
  }
  G* put_next(G* g) { return std::exchange(next, g); }
  G* get() {
    if (next != nullptr) return std::exchange(next, nullptr);
    return take_front();
  }
  G* take_front() {
    if (ring.empty()) return nullptr;
    G* g = ring.front();
    ring.pop_front();
    return g;
  }
  G* steal_from(Model& victim, bool and_next) {
    const std::size_t count = victim.ring.size() - victim.ring.size() / 2;
    if (count == 0) {
      return and_next ? std::exchange(victim.next, nullptr) : nullptr;
    }
    for (std::size_t i = 1; i < count; ++i)
      ring.push_back(victim.take_front());
    return victim.take_front();
  }
  std::size_t size() const {
    return ring.size() + (next != nullptr ? 1 : 0);
  }
};

// Draws operations for two queues and their models and compares all
// results.
class ModelTest {
 public:
  explicit ModelTest(std::uint64_t seed) : rng_(seed), gs_(4 * kSlots) {
    for (G& g : gs_) spare_.push_back(&g);
  }

  void step() {
    const std::size_t one = rng_.below(2);
    RunQueue& queue = queues_[one];
    Model& model = models_[one];
    switch (rng_.below(8)) {
      case 0:
        return get(queue, model);
      case 1:
        return put_next(queue, model);
      case 2:
        return steal(one);
      case 3:
        return take_half(queue, model);
      default:
        return put(queue, model);
    }
  }

  void compare() const {
    for (std::size_t i = 0; i < 2; ++i) {
      REQUIRE(queues_[i].size() == models_[i].size());
      REQUIRE(queues_[i].empty() == (models_[i].size() == 0));
    }
  }

 private:
  void give_back(G* g) {
    if (g != nullptr) spare_.push_back(g);
  }

  void put(RunQueue& queue, Model& model) {
    if (spare_.empty()) return;
    const bool fits = model.put(spare_.back());
    REQUIRE(queue.put(*spare_.back()) == fits);
    if (fits) spare_.pop_back();
  }

  void put_next(RunQueue& queue, Model& model) {
    if (spare_.empty()) return;
    G* g = spare_.back();
    spare_.pop_back();
    G* pushed_out = model.put_next(g);
    REQUIRE(queue.put_next(*g) == pushed_out);
    give_back(pushed_out);
  }

  void get(RunQueue& queue, Model& model) {
    const bool from_slot = model.next != nullptr;
    G* expected = model.get();
    const Taken taken = queue.get();
    REQUIRE(taken.g == expected);
    REQUIRE(taken.inherits_slice == from_slot);
    give_back(expected);
  }

  void steal(std::size_t thief) {
    if (!models_[thief].ring.empty()) return;  // only an empty ring steals
    const bool and_next = rng_.below(2) == 0;
    Model& victim = models_[1 - thief];
    G* expected = models_[thief].steal_from(victim, and_next);
    REQUIRE(queues_[thief].steal_from(queues_[1 - thief], and_next) ==
            expected);
    give_back(expected);
  }

  void take_half(RunQueue& queue, Model& model) {
    std::vector<G*> half(kSlots / 2);
    const std::uint32_t count =
        model.ring.size() / 2 == kSlots / 2 ? kSlots / 2 : 0;
    REQUIRE(queue.take_half(half.data()) == count);
    for (std::uint32_t i = 0; i < count; ++i) {
      G* expected = model.take_front();
      REQUIRE(half[i] == expected);
      give_back(expected);
    }
  }

  Rng rng_;
  std::vector<G> gs_;
  std::vector<G*> spare_;
  RunQueue queues_[2];
  Model models_[2];
};

}  // namespace

TEST_CASE(
    "run_queue: random operations do what a plain model does (I-02.1)") {
  const std::uint64_t seed =
      test::test_seed(static_cast<std::uint64_t>(std::time(nullptr)));
  INFO("STRATA_SEED=" << seed);
  ModelTest test(seed);
  for (int i = 0; i < test::kManyRounds; ++i) {
    test.step();
    test.compare();
  }
}

}  // namespace strata::sched
