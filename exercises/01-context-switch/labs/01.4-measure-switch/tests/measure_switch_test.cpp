/// @file
/// @brief Tests a measurement on a made-up machine whose true cost is
/// known,
///        and predictions against what this machine does.
#include <chrono>

#include "../support/seed.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/sanitizers.hpp"
#include "tests/made_up_machine.hpp"
#include "tests/ways.hpp"

namespace {

using namespace strata::context::lab;  // NOLINT: the tests' own

constexpr Way kWays[] = {Way::kOwn, Way::kBoostByStub, Way::kBoostCalled};

const char* name_of(Way way) {
  switch (way) {
    case Way::kOwn:
      return "our own assembly";
    case Way::kBoostByStub:
      return "Boost's switch by our stub";
    default:
      return "Boost's switch, called";
  }
}

}  // namespace

TEST_CASE("measure: on a steady machine the answer is exact") {
  for (const double cost : {2.0, 5.0, 40.0}) {
    MadeUpMachine machine({.switch_ns = cost, .clock_read_ns = 30});
    const double got = machine.measure();
    INFO("a switch costs " << cost << " ns, reading the clock 30 ns");
    CHECK(got > 0.98 * cost);
    CHECK(got < 1.02 * cost);
    INFO("it took " << machine.elapsed_ns() / 1e9 << " s");
    CHECK(machine.elapsed_ns() < 3e9);
  }
}

TEST_CASE("measure: neither a cold start nor interruptions count") {
  const std::uint64_t seed = chosen_seed();
  INFO("STRATA_SEED=" << seed);
  for (const double cost : {5.0, 400.0}) {
    MadeUpMachine machine({.switch_ns = cost,
                           .clock_read_ns = 30,
                           .cold_ns = 2e6,
                           .quiet_ns = 2e6,
                           .interruption_ns = 5e5,
                           .seed = seed});
    const double got = machine.measure();
    INFO("a switch costs " << cost
                           << " ns; about every 2 ms something else runs "
                              "for 0.5 ms");
    CHECK(got > 0.97 * cost);
    CHECK(got < 1.03 * cost);
  }
}

namespace {

template <int kFrames>
void compare_wrong_returns(Way way) {
  const int counted = with_pair<kFrames>(
      way, [](const auto& pair) { return pair.wrong_returns_counted(); });
  INFO(name_of(way) << ", " << kFrames << " frames: in one round trip "
                    << counted << " returns were guessed wrong");
  CHECK(wrong_returns(way, kFrames) == counted);
}

}  // namespace

TEST_CASE("measure: as many returns are guessed wrong as you said") {
  if (!kCanSingleStep) {
    WARN("this build cannot be run one instruction at a time");
    for (const Way way : kWays) CHECK(wrong_returns(way, 4) >= 0);
    return;
  }
  for (const Way way : kWays) {
    compare_wrong_returns<1>(way);
    compare_wrong_returns<2>(way);
    compare_wrong_returns<5>(way);
    compare_wrong_returns<16>(way);
  }
}

namespace {

std::int64_t real_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

template <int kFrames>
double really_ns(Way way) {
  return with_pair<kFrames>(way, [](auto&& pair) {
    return switch_ns([&pair](std::uint64_t count) { pair.go(count); },
                     &real_ns);
  });
}

double frame_ns(Way way) {
  return (really_ns<17>(way) - really_ns<1>(way)) / 16;
}

}  // namespace

TEST_CASE("measure: what pays for frames is what you said") {
  for (const Way way : kWays) {
    INFO("what is guessed wrong is paid for: " << name_of(way));
    CHECK(pays_for_frames(way) == (wrong_returns(way, 16) > 0));
  }
  if (strata::testkit::kSanitized) {
    WARN("a sanitizer's notes cost more than all frames; not measured");
    return;
  }
  const double own = frame_ns(Way::kOwn);
  INFO("by your measurement a frame above our own switch costs " << own
                                                                 << " ns");
  REQUIRE(own > 0);
  CHECK_FALSE(pays_for_frames(Way::kOwn));
  for (const Way way : {Way::kBoostByStub, Way::kBoostCalled}) {
    const double frame = frame_ns(way);
    INFO("above " << name_of(way) << " it costs " << frame
                  << " ns; four times as much counts as paying");
    CHECK(pays_for_frames(way) == (frame > 4 * own));
  }
}
