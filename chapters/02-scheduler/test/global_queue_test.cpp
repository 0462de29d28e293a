/// @file
/// @brief Tests the global queue: order, growth, reserved room.
#include "global_queue.hpp"

#include <ctime>
#include <deque>
#include <vector>

#include "strata/base/rng.hpp"
#include "strata/sched/g.hpp"
#include "strata/testkit/catch.hpp"
#include "support.hpp"

namespace strata::sched {
namespace {

void make_room(GlobalQueue& queue, std::uint32_t count) {
  GlobalQueue::Room room = GlobalQueue::make_room(count);
  queue.adopt(room);
}

}  // namespace

TEST_CASE("global_queue: first in, first out (I-02.4)") {
  std::vector<G> gs(5);
  GlobalQueue queue;
  make_room(queue, 5);
  CHECK(queue.pop() == nullptr);
  for (G& g : gs) queue.push(g);
  CHECK(queue.size() == 5);
  for (G& g : gs) CHECK(queue.pop() == &g);
  CHECK(queue.pop() == nullptr);
  CHECK(queue.size() == 0);
}

TEST_CASE("global_queue: room is rounded up to a power of two") {
  CHECK(GlobalQueue::make_room(1).capacity == 1);
  CHECK(GlobalQueue::make_room(5).capacity == 8);
  CHECK(GlobalQueue::make_room(1024).capacity == 1024);
}

TEST_CASE("global_queue: growing keeps the order of a ring that wraps") {
  std::vector<G> gs(12);
  GlobalQueue queue;
  make_room(queue, 4);
  for (std::size_t i = 0; i < 4; ++i) queue.push(gs[i]);
  CHECK(queue.pop() == &gs[0]);
  CHECK(queue.pop() == &gs[1]);
  queue.push(gs[4]);
  queue.push(gs[5]);  // lies before the oldest in the ring now
  make_room(queue, 10);
  for (std::size_t i = 6; i < 12; ++i) queue.push(gs[i]);
  for (std::size_t i = 2; i < 12; ++i) CHECK(queue.pop() == &gs[i]);
  CHECK(queue.pop() == nullptr);
}

TEST_CASE("global_queue: room that is not larger is left with the caller") {
  GlobalQueue queue;
  make_room(queue, 8);
  GlobalQueue::Room same = GlobalQueue::make_room(8);
  G** const slots = same.slots.get();
  queue.adopt(same);
  CHECK(same.slots.get() == slots);
}

TEST_CASE("global_queue: random operations do what a deque does (I-02.4)") {
  const std::uint64_t seed =
      test::test_seed(static_cast<std::uint64_t>(std::time(nullptr)));
  INFO("STRATA_SEED=" << seed);
  Rng rng(seed);
  std::vector<G> gs(200);
  GlobalQueue queue;
  std::deque<G*> model;
  std::uint32_t room = 2;
  make_room(queue, room);
  for (int i = 0; i < test::kManyRounds; ++i) {
    if (rng.below(1000) == 0 && room < 128) make_room(queue, room *= 2);
    if (rng.below(2) == 0 && model.size() < room) {
      G& g = gs[rng.below(200)];
      queue.push(g);
      model.push_back(&g);
    } else {
      G* expected = model.empty() ? nullptr : model.front();
      REQUIRE(queue.pop() == expected);
      if (!model.empty()) model.pop_front();
    }
    REQUIRE(queue.size() == model.size());
  }
}

}  // namespace strata::sched
