/// @file
/// @brief Tests a measurement on a machine with a coarse clock.
// strata-private-bf8abbc5c2a454a2
#include "../support/seed.hpp"
#include "strata/testkit/catch.hpp"
#include "tests/made_up_machine.hpp"

using strata::context::lab::chosen_seed;
using strata::context::lab::MadeUpMachine;

TEST_CASE("measure: a clock that ticks in microseconds will do") {
  const std::uint64_t seed = chosen_seed();
  INFO("STRATA_SEED=" << seed);
  for (const double cost : {3.0, 90.0, 1000.0}) {
    MadeUpMachine machine({.switch_ns = cost,
                           .clock_read_ns = 50,
                           .tick_ns = 1000,
                           .cold_ns = 5e5,
                           .quiet_ns = 3e6,
                           .interruption_ns = 2e5,
                           .seed = seed});
    const double got = machine.measure();
    INFO("a switch costs " << cost << " ns");
    CHECK(got > 0.95 * cost);
    CHECK(got < 1.05 * cost);
  }
}
