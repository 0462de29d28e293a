/// @file
/// @brief Tests the repaired door: everybody is served, many at once, and
///        never too many, in little memory.
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "strata/testkit/catch.hpp"
#include "strata/testkit/program.hpp"
#include "strata/testkit/sanitizers.hpp"

namespace strata::testkit {
namespace {

constexpr int kInsideMax = 100;
// A sanitizer takes its own address space; without one, as `ulimit -v`.
constexpr int kAddressKilobytes = 256 * 1024;
constexpr std::chrono::seconds kTimeout{15};
constexpr int kRequests = kSanitized ? 2'000 : 100'000;

// Runs the program in little address space, as `ulimit -v` gives it.
ProgramResult run_limited(const std::vector<std::string>& arguments) {
  if (kSanitized) {
    return run_program(STRATA_EXERCISE_PROGRAM, arguments, {}, kTimeout);
  }
  std::vector<std::string> shell{
      "-c",
      "ulimit -v " + std::to_string(kAddressKilobytes) + R"(; exec "$@")",
      "sh", STRATA_EXERCISE_PROGRAM};
  shell.insert(shell.end(), arguments.begin(), arguments.end());
  return run_program("/bin/sh", shell, {}, kTimeout);
}

void serves(int requests, int doors, int procs, int others = 0) {
  INFO(requests << " requests at each of " << doors << " doors, " << procs
                << " Ps, " << others << " other goroutines, "
                << kAddressKilobytes << " KiB of addresses");
  const ProgramResult ended =
      run_limited({std::to_string(requests), std::to_string(doors),
                   std::to_string(procs), std::to_string(others)});
  INFO((ended.timed_out ? "killed: it goes on for ever" : ""));
  INFO(ended.err.substr(0, 600));
  INFO(ended.out);
  int served = 0;
  int most = 0;
  REQUIRE(std::sscanf(ended.out.c_str(),
                      "served %d requests, at most %d at once", &served,
                      &most) == 2);
  CHECK(served == requests * doors);
  CHECK(most <= kInsideMax);
  INFO("a door that lets in one after the other is no cure");
  CHECK(most >= kInsideMax / 2);
  REQUIRE(ended.exit_code == 0);
}

}  // namespace

TEST_CASE("front_door: a hundred thousand requests fit into the memory") {
  serves(kRequests, 1, 1);
}

TEST_CASE("front_door: three hundred requests are not let in at once") {
  serves(300, 1, 1);
}

TEST_CASE("front_door: four doors share one limit") {
  serves(kRequests / 4, 4, 1);
}

TEST_CASE("front_door: the rest of the server takes no places") {
  serves(1'000, 1, 1, 2 * kInsideMax);
}

TEST_CASE("front_door: the limit holds on several Ps") {
  for (int round = 0; round < 3; ++round) serves(kRequests / 20, 4, 4);
}

}  // namespace strata::testkit
