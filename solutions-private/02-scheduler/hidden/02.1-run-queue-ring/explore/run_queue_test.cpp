/// @file
/// @brief Explores more schedules of a run queue: three thieves, and an
/// owner who looks while they work.
// strata-private-44f9a7af3cb1a941
#include "strata/sched/run_queue.hpp"

#include "../support/ledger.hpp"

namespace {

using namespace strata::sched;       // NOLINT: the layer under test
using namespace strata::sched::lab;  // NOLINT: the tests' own
using strata::testkit::Memory;
using strata::testkit::World;

// The owner fills both places and looks; three thieves take from both.
void three_thieves(World& world) {
  Ledger<5> ledger;
  const auto queues = fresh_queues<4>();
  RunQueue& own = (*queues)[0];
  must_put(own, ledger.gs[0]);
  own.put_next(ledger.gs[1]);
  world.thread("owner", [&] {
    for (std::size_t i = 2; i < 5; ++i) {
      G* behind = own.put_next(ledger.gs[i]);
      if (behind != nullptr) must_put(own, *behind);
      if (i == 3) ledger.take(own.get().g);
    }
    check(own.size() <= 5, "size: never more than were put");
  });
  for (std::size_t thief = 1; thief <= 3; ++thief) {
    world.thread("thief", [&, thief] {
      ledger.take((*queues)[thief].steal_from(own, thief == 2));
      ledger.drain((*queues)[thief]);
    });
  }
  world.run();
  ledger.drain(own);
  check(own.empty(), "a drained queue is empty");
  ledger.check_all();
}

}  // namespace

TEST_CASE("ring: three thieves at both places, other seeds (I-02.1)") {
  survives(15'000, Memory::kSequential, three_thieves, 1'000'000);
  survives(15'000, Memory::kTso, three_thieves, 2'000'000);
}
