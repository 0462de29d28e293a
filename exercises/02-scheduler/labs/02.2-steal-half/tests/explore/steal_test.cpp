/// @file
/// @brief Explores schedules of thieves and the owner they steal from.
#include "../support/ledger.hpp"

namespace {

using namespace strata::sched;       // NOLINT: the layer under test
using namespace strata::sched::lab;  // NOLINT: the tests' own
using strata::testkit::Memory;
using strata::testkit::World;

// Two thieves want halves of the same three.
void two_thieves(World& world) {
  Ledger<3> ledger;
  const auto queues = fresh_queues<3>();
  for (G& g : ledger.gs) must_put((*queues)[0], g);
  int stolen = 0;
  for (std::size_t thief = 1; thief <= 2; ++thief) {
    world.thread(thief == 1 ? "thief 1" : "thief 2", [&, thief] {
      G* g = (*queues)[thief].steal_from((*queues)[0], false);
      if (g != nullptr) ++stolen;
      ledger.take(g);
    });
  }
  world.run();
  check(stolen > 0, "one of two thieves gets something");
  for (RunQueue& queue : *queues) ledger.drain(queue);
  ledger.check_all();
}

// The owner takes and puts while a thief copies.
void owner_and_thief(World& world) {
  Ledger<5> ledger;
  const auto queues = fresh_queues<2>();
  RunQueue& own = (*queues)[0];
  for (std::size_t i = 0; i < 3; ++i) must_put(own, ledger.gs[i]);
  world.thread("owner", [&] {
    ledger.take(own.get().g);
    must_put(own, ledger.gs[3]);
    ledger.take(own.get().g);
    must_put(own, ledger.gs[4]);
  });
  world.thread("thief", [&] {
    G* g = (*queues)[1].steal_from(own, false);
    check(g != nullptr, "there was something to steal at every moment");
    ledger.take(g);
  });
  world.run();
  for (RunQueue& queue : *queues) ledger.drain(queue);
  ledger.check_all();
}

// Owner and two thieves want the one goroutine in the front slot.
void front_slot(World& world) {
  Ledger<2> ledger;
  const auto queues = fresh_queues<3>();
  RunQueue& own = (*queues)[0];
  own.put_next(ledger.gs[0]);
  world.thread("owner", [&] {
    ledger.take(own.get().g);
    G* pushed_out = own.put_next(ledger.gs[1]);
    check(pushed_out == nullptr, "the slot was emptied by somebody");
  });
  for (std::size_t thief = 1; thief <= 2; ++thief) {
    world.thread(thief == 1 ? "thief 1" : "thief 2", [&, thief] {
      ledger.take((*queues)[thief].steal_from(own, true));
    });
  }
  world.run();
  for (RunQueue& queue : *queues) ledger.drain(queue);
  ledger.check_all();
}

// Nobody but thieves empties the queue: in the end all was stolen.
void thieves_are_enough(World& world) {
  Ledger<4> ledger;
  const auto queues = fresh_queues<3>();
  for (std::size_t i = 0; i < 3; ++i) must_put((*queues)[0], ledger.gs[i]);
  (*queues)[0].put_next(ledger.gs[3]);
  for (std::size_t thief = 1; thief <= 2; ++thief) {
    world.thread(thief == 1 ? "thief 1" : "thief 2", [&, thief] {
      RunQueue& loot = (*queues)[thief];
      for (int i = 0; i < 5; ++i) {
        ledger.take(
            loot.steal_from((*queues)[i % 2 == 0 ? 0 : 3 - thief], true));
        ledger.drain(loot);
      }
    });
  }
  world.run();
  check((*queues)[0].empty(), "thieves who go on empty a queue");
  for (RunQueue& queue : *queues) ledger.drain(queue);
  ledger.check_all();
}

}  // namespace

TEST_CASE("steal: two thieves never get the same goroutine (I-02.1)") {
  survives_all(2, two_thieves);
  survives(20'000, Memory::kSequential, two_thieves);
}

TEST_CASE("steal: an owner who takes while a thief copies (I-02.1)") {
  survives_all(2, owner_and_thief);
  survives(10'000, Memory::kTso, owner_and_thief);
}

TEST_CASE("steal: the front slot has one taker (I-02.1)") {
  survives(10'000, Memory::kSequential, front_slot);
  survives(5'000, Memory::kTso, front_slot);
  survives(3'000, Memory::kSequential, thieves_are_enough);
}
