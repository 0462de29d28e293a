/// @file
/// @brief Tests that everybody has a turn, and who has it when.
#include "../support/runs.hpp"
#include "../support/seed.hpp"
#include "tests/turns.hpp"

namespace {

using namespace strata;              // NOLINT: the layer under test
using namespace strata::sched;       // NOLINT: the layer under test
using namespace strata::sched::lab;  // NOLINT: the tests' own

// Starts its own successor, which runs next.
struct Chain {
  static constexpr int kFarTooMany = 100'000;
  int* links;
  bool* stop;
  void operator()() const {
    if (!*stop && ++*links < kFarTooMany) go(*this);
  }
};

}  // namespace

TEST_CASE("fair: a chain shares one slice, 61 links long, and goes on") {
  int before = -1;
  int after = -1;
  run_on(1, [&] {
    int links = 0;
    bool stop = false;
    int left = 2;
    // Both are in the ring when the chain begins.
    go([&] {
      before = links;
      --left;
    });
    go([&] {
      after = links;
      --left;
    });
    go(Chain{&links, &stop});
    while (left > 0 && links < Chain::kFarTooMany) yield();
    stop = true;
    while (left > 0 || num_goroutine() > 1) yield();
  });
  INFO(
      "links of the chain that ran before the first and the second one "
      "in the ring");
  CHECK(before > 30);
  CHECK(before <= 62);
  INFO("the chain waits in the ring, behind the second");
  CHECK(after == before);
}

TEST_CASE("fair: a visit at the global queue brings a share of it") {
  constexpr int kCount = 3 * static_cast<int>(kRunQueueSlots);
  Recorder recorder;
  int ran = 0;
  run_on(1, [&] {
    for (int i = 0; i < kCount; ++i) go([&] { ++ran; });
    while (ran < kCount) yield();
  });
  recorder.stop();
  CHECK(ran == kCount);
  const std::size_t visits = recorder.of(TraceKind::kGlobalTake).size();
  INFO("visits; more than 500 goroutines were in the global queue");
  CHECK(visits >= 2);
  CHECK(visits <= 60);
}

TEST_CASE("fair: who runs next is what a model of one P says") {
  const std::uint64_t seed = chosen_seed();
  INFO("STRATA_SEED=" << seed);
  for (const Mix mix :
       {Mix{.go = 97, .yield = 1}, Mix{.go = 40, .yield = 50},
        Mix{.go = 10, .yield = 88}, Mix{.go = 50, .yield = 5}}) {
    INFO(mix.go << " % of the steps start a goroutine, " << mix.yield
                << " % yield, the others end");
    const Turns turns = RandomTurns(seed, mix).compare(10'000);
    INFO("at step " << turns.first_wrong << " goroutine " << turns.got
                    << " ran, expected was " << turns.expected);
    REQUIRE(turns.first_wrong == -1);
    CHECK(turns.steps >= 10'000);
  }
}
