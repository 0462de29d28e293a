/// @file
/// @brief Explores more schedules of stealing: an owner who overflows, and
/// a thief who is robbed.
// strata-private-077b3de002e15a27
#include "../support/ledger.hpp"

namespace {

using namespace strata::sched;       // NOLINT: the layer under test
using namespace strata::sched::lab;  // NOLINT: the tests' own
using strata::testkit::Memory;
using strata::testkit::World;

// Thief 2 robs thief 1 while that one publishes its loot.
void robbed_thief(World& world) {
  Ledger<6> ledger;
  const auto queues = fresh_queues<3>();
  for (std::size_t i = 0; i < 5; ++i) must_put((*queues)[0], ledger.gs[i]);
  world.thread("owner", [&] {
    ledger.take((*queues)[0].get().g);
    must_put((*queues)[0], ledger.gs[5]);
  });
  world.thread("thief 1", [&] {
    G* g = (*queues)[1].steal_from((*queues)[0], false);
    check(g != nullptr, "there was something to steal at every moment");
    ledger.take(g);
    ledger.take((*queues)[1].get().g);
  });
  world.thread("thief 2", [&] {
    ledger.take((*queues)[2].steal_from((*queues)[1], false));
    ledger.drain((*queues)[2]);
  });
  world.run();
  for (RunQueue& queue : *queues) ledger.drain(queue);
  ledger.check_all();
}

}  // namespace

TEST_CASE("steal: a thief is robbed while it publishes (I-02.1)") {
  survives_all(1, robbed_thief);
  survives(15'000, Memory::kTso, robbed_thief, 3'000'000);
}
