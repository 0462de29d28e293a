/// @file
/// @brief Explores schedules of a run queue's owner and its thieves.
#include "strata/sched/run_queue.hpp"

#include "../support/ledger.hpp"

namespace {

using namespace strata::sched;       // NOLINT: the layer under test
using namespace strata::sched::lab;  // NOLINT: the tests' own
using strata::testkit::Memory;
using strata::testkit::World;

// Three puts, two gets, and two thieves who want half.
void owner_and_thieves(World& world) {
  Ledger<4> ledger;
  const auto queues = fresh_queues<3>();
  RunQueue& own = (*queues)[0];
  must_put(own, ledger.gs[0]);
  must_put(own, ledger.gs[1]);
  world.thread("owner", [&] {
    must_put(own, ledger.gs[2]);
    ledger.take(own.get().g);
    must_put(own, ledger.gs[3]);
    ledger.take(own.get().g);
  });
  for (std::size_t thief = 1; thief <= 2; ++thief) {
    world.thread(thief == 1 ? "thief 1" : "thief 2", [&, thief] {
      ledger.take((*queues)[thief].steal_from(own, false));
      ledger.drain((*queues)[thief]);
    });
  }
  world.run();
  ledger.drain(own);
  check(own.empty(), "a drained queue is empty");
  ledger.check_all();
}

// The front slot: its owner fills, empties and fills it again.
void fight_for_front_slot(World& world) {
  Ledger<3> ledger;
  const auto queues = fresh_queues<2>();
  RunQueue& own = (*queues)[0];
  own.put_next(ledger.gs[0]);
  world.thread("owner", [&] {
    ledger.take(own.take_next());
    G* pushed_out = own.put_next(ledger.gs[1]);
    check(pushed_out == nullptr, "an emptied slot pushes nobody out");
    pushed_out = own.put_next(ledger.gs[2]);
    ledger.take(pushed_out);
    ledger.take(own.get().g);
  });
  world.thread("thief",
               [&] { ledger.take((*queues)[1].steal_from(own, true)); });
  world.run();
  ledger.drain(own);
  ledger.check_all();
}

// The owner's ring is full; half of it leaves while a thief makes room.
// Whoever is put into a slot too early writes over one that was not read.
void overflow(World& world) {
  Ledger<kRunQueueSlots + 2> ledger;
  const auto queues = fresh_queues<2>();
  RunQueue& own = (*queues)[0];
  for (std::size_t i = 0; i < kRunQueueSlots; ++i) {
    must_put(own, ledger.gs[i]);
  }
  world.thread("owner", [&] {
    G* half[kRunQueueSlots / 2];
    for (std::size_t i = 0; i < 2; ++i) {
      while (!own.put(ledger.gs[kRunQueueSlots + i])) {
        const std::uint32_t count = own.take_half(half);
        for (std::uint32_t j = 0; j < count; ++j) ledger.take(half[j]);
      }
    }
  });
  world.thread("thief",
               [&] { ledger.take((*queues)[1].steal_from(own, false)); });
  world.run();
  for (RunQueue& queue : *queues) ledger.drain(queue);
  ledger.check_all();
}

// A goroutine that is pushed from the front slot into the ring is somewhere
// at every moment.
void look_while_it_moves(World& world) {
  Ledger<2> ledger;
  const auto queues = fresh_queues<1>();
  RunQueue& own = (*queues)[0];
  own.put_next(ledger.gs[0]);
  world.thread("owner", [&] {
    G* pushed_out = own.put_next(ledger.gs[1]);
    check(pushed_out == &ledger.gs[0], "the first one is pushed out");
    must_put(own, *pushed_out);
    check(own.get().g == &ledger.gs[1], "the front slot comes first");
  });
  world.thread("looker", [&] {
    check(!own.empty(), "empty: there was a goroutine at every moment");
  });
  world.run();
}

}  // namespace

TEST_CASE("ring: owner and thieves lose and double nothing (I-02.1)") {
  survives_all(1, owner_and_thieves);
  survives(20'000, Memory::kSequential, owner_and_thieves);
}

TEST_CASE("ring: stores that land late lose nothing (I-02.1)") {
  survives(20'000, Memory::kTso, owner_and_thieves);
  survives(10'000, Memory::kTso, fight_for_front_slot);
}

TEST_CASE("put_next: the front slot has one taker (I-02.1)") {
  survives_all(1, fight_for_front_slot);
  survives(20'000, Memory::kSequential, fight_for_front_slot);
}

TEST_CASE("take_half: an overflow loses nothing to a thief (I-02.1)") {
  survives(300, Memory::kSequential, overflow);
}

TEST_CASE("empty: never true while a goroutine moves in the queue") {
  survives_all(3, look_while_it_moves);
  survives(10'000, Memory::kTso, look_while_it_moves);
}
