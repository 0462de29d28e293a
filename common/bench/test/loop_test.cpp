/// @file
/// @brief Tests the stopwatch of a round.
#include "strata/bench/loop.hpp"

#include "strata/bench/process.hpp"
#include "strata/testkit/catch.hpp"

namespace strata::bench {
namespace {

// Keeps the processor busy and returns how long that took.
std::int64_t burn_ns(std::int64_t at_least_ns) {
  const std::int64_t begin = wall_ns();
  while (wall_ns() - begin < at_least_ns) {
  }
  return wall_ns() - begin;
}

}  // namespace

TEST_CASE("loop: the stopwatch covers start to stop") {
  Loop loop(1);
  loop.start();
  const std::int64_t burned = burn_ns(2'000'000);
  loop.stop();
  CHECK(loop.elapsed().wall_ns >= burned);
  CHECK(loop.elapsed().cpu_ns > 0);
}

TEST_CASE("loop: a later start drops what ran before") {
  Loop loop(1);
  loop.start();
  const std::int64_t burned = burn_ns(5'000'000);
  loop.start();
  loop.stop();
  CHECK(loop.elapsed().wall_ns < burned);
}

TEST_CASE("loop: a second stop changes nothing") {
  Loop loop(1);
  loop.start();
  loop.stop();
  const Elapsed first = loop.elapsed();
  burn_ns(1'000'000);
  loop.stop();
  CHECK(loop.elapsed().wall_ns == first.wall_ns);
  CHECK(loop.elapsed().cpu_ns == first.cpu_ns);
}

TEST_CASE("loop: metrics keep their order, a skip keeps its reason") {
  Loop loop(5);
  CHECK(loop.n() == 5);
  CHECK(loop.skip_reason().empty());
  loop.metric("memory", 4096, "B");
  loop.metric("mappings", 3, "mappings");
  loop.skip("no such guards");
  REQUIRE(loop.metrics().size() == 2);
  CHECK(loop.metrics()[0].name == "memory");
  CHECK(loop.metrics()[1].value == 3);
  CHECK(loop.skip_reason() == "no such guards");
}

}  // namespace strata::bench
