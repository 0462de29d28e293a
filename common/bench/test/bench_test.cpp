/// @file
/// @brief Tests how rows are chosen, sized and run.
#include "strata/bench/bench.hpp"

#include "strata/testkit/catch.hpp"

#include <cstdint>
#include <set>
#include <vector>

namespace strata::bench {
namespace {

// A suite with the given arguments. What it prints goes to standard output.
Suite make_suite(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "program");
  return Suite("test", "", static_cast<int>(arguments.size()),
               arguments.data());
}

}  // namespace

TEST_CASE("bench: only the row that was named runs") {
  Suite suite = make_suite({"--row", "b", "--quick"});
  int a_ran = 0;
  int b_ran = 0;
  suite.row("a", {.what = "a"}, [&](std::uint64_t) { ++a_ran; });
  suite.row("b", {.what = "b"}, [&](std::uint64_t) { ++b_ran; });
  CHECK(a_ran == 0);
  CHECK(b_ran >= 1);
  CHECK(suite.finish() == 0);
}

TEST_CASE("bench: a list runs nothing") {
  Suite suite = make_suite({"--list"});
  suite.row("a", {.what = "a"}, [](std::uint64_t) { FAIL("ran"); });
  CHECK(suite.finish() == 0);
}

TEST_CASE("bench: a row that is not there, or a bad flag, is an error") {
  CHECK(make_suite({"--row", "nowhere"}).finish() == 2);
  CHECK(make_suite({"--frobnicate"}).finish() == 2);
}

TEST_CASE("bench: operations come in steps, within their bounds") {
  Suite suite = make_suite({"--rounds", "3", "--round-ms", "1"});
  std::set<std::uint64_t> sizes;
  suite.row("steps",
            {.what = "a", .step = 8, .ops_min = 20, .ops_max = 4000},
            [&](std::uint64_t n) { sizes.insert(n); });
  REQUIRE_FALSE(sizes.empty());
  for (const std::uint64_t n : sizes) {
    CHECK(n % 8 == 0);
    CHECK(n >= 20);
    CHECK(n <= 4000);
  }
  CHECK(*sizes.rbegin() == 4000);
}

TEST_CASE("bench: the kept rounds are all of one size") {
  Suite suite = make_suite({"--rounds", "5", "--round-ms", "1"});
  std::vector<std::uint64_t> sizes;
  suite.row("rounds", {.what = "a"}, [&](Loop& loop) {
    sizes.push_back(loop.n());
    for (std::uint64_t i = 0; i < loop.n(); ++i) clobber_memory();
  });
  REQUIRE(sizes.size() > 6);
  // The last six: one that is thrown away and five that are kept.
  CHECK(std::set<std::uint64_t>(sizes.end() - 6, sizes.end()).size() == 1);
}

TEST_CASE("bench: a row measured once is run once") {
  Suite suite = make_suite({});
  std::vector<std::uint64_t> sizes;
  suite.row("once", {.what = "a", .ops_once = 300},
            [&](std::uint64_t n) { sizes.push_back(n); });
  CHECK(sizes == std::vector<std::uint64_t>{300});
}

TEST_CASE("bench: a row that cannot be measured is run no further") {
  Suite suite = make_suite({});
  int ran = 0;
  suite.row("impossible", {.what = "a"}, [&](Loop& loop) {
    ++ran;
    loop.skip("not on this system");
  });
  CHECK(ran == 1);
  CHECK(suite.finish() == 0);
}

TEST_CASE("bench: the host surrounds all that is timed") {
  Suite suite = make_suite({"--quick"});
  bool is_inside = false;
  suite.run_inside([&](const std::function<void()>& measure) {
    is_inside = true;
    measure();
    is_inside = false;
  });
  suite.row("hosted", {.what = "a"}, [&](Loop&) { CHECK(is_inside); });
  CHECK_FALSE(is_inside);
}

TEST_CASE("bench: kept values are computed") {
  int computed = 0;
  const auto compute = [&] { return ++computed; };
  keep(compute());
  CHECK(computed == 1);
}

}  // namespace strata::bench
