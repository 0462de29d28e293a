/// @file
/// @brief Tests what the environment may say, and what is said about
/// mistakes.
#include "knobs.hpp"

#include <string>
#include <vector>

#include "strata/os/cpu.hpp"
#include "strata/sched/p.hpp"
#include "strata/testkit/catch.hpp"
#include "support.hpp"

namespace strata::sched {
namespace {

testkit::ProgramResult run_with(
    const std::vector<std::string>& environment) {
  std::vector<std::string> all = {"GODEBUG=", "GOTRACEBACK="};
  all.insert(all.begin(), environment.begin(), environment.end());
  return test::run_crash("knobs", {}, all);
}

std::string standard_procs() {
  return std::to_string(
      os::default_procs(os::affinity_cpus(), os::cgroup_cpu_limit()));
}

std::string procs_line() {
  return std::string("procs=").append(standard_procs()).append("\n");
}

}  // namespace

TEST_CASE("knobs: GOMAXPROCS decides the number of Ps without a word") {
  const auto ended = run_with({"GOMAXPROCS=3"});
  CHECK(ended.exit_code == 0);
  CHECK(ended.out == "procs=3\n");
  CHECK(ended.err.empty());
}

TEST_CASE("knobs: an empty GOMAXPROCS means the default") {
  const auto ended = run_with({"GOMAXPROCS="});
  CHECK(ended.out == procs_line());
  CHECK(ended.err.empty());
}

TEST_CASE("knobs: a GOMAXPROCS that is no number gives one clear line") {
  for (const char* bad :
       {"0", "-3", "two", "2x", " 2", "99999999999999999999"}) {
    const auto ended = run_with({std::string("GOMAXPROCS=").append(bad)});
    CHECK(ended.exit_code == 0);
    CHECK(ended.out == procs_line());
    CHECK(ended.err ==
          std::string("strata: GOMAXPROCS: \"")
              .append(bad)
              .append("\" ignored: expected a number from 1 to "
                      "1024, using ")
              .append(standard_procs())
              .append("\n"));
  }
}

TEST_CASE("knobs: a GOMAXPROCS above the limit counts as the limit") {
  const auto ended = run_with({"GOMAXPROCS=5000"});
  CHECK(ended.exit_code == 0);
  CHECK(ended.out == "procs=1024\n");
  CHECK(ended.err ==
        "strata: GOMAXPROCS: 5000 is above the limit, using 1024\n");
}

TEST_CASE("knobs: each bad item of GODEBUG gives one line of its own") {
  const auto ended =
      run_with({"GOMAXPROCS=1",
                "GODEBUG=schedtrace,nosuch=1,scheddetail=2,seed=-1"});
  CHECK(ended.exit_code == 0);
  CHECK(
      ended.err ==
      "strata: GODEBUG: \"schedtrace\" ignored: expected name=number\n"
      "strata: GODEBUG: \"nosuch=1\" ignored: no knob has this name\n"
      "strata: GODEBUG: \"scheddetail=2\" ignored: expected a number from "
      "0 to 1, scheddetail stays 0\n"
      "strata: GODEBUG: \"seed=-1\" ignored: expected a number from 0 to "
      "9223372036854775807, seed stays 0\n");
}

TEST_CASE("knobs: an unknown GOTRACEBACK gives one line") {
  const auto ended = run_with({"GOMAXPROCS=1", "GOTRACEBACK=loud"});
  CHECK(ended.exit_code == 0);
  CHECK(
      ended.err ==
      "strata: GOTRACEBACK: \"loud\" ignored: expected none, single, all, "
      "system or crash, using single\n");
}

TEST_CASE("knobs: every GOTRACEBACK of Go is known") {
  for (const char* known :
       {"none", "single", "all", "system", "crash", "0", "1", "2"}) {
    const auto ended = run_with(
        {"GOMAXPROCS=1", std::string("GOTRACEBACK=").append(known)});
    CHECK(ended.err.empty());
  }
}

TEST_CASE("knobs: all guard methods run a program") {
  for (const char* method : {"0", "1", "2", "3"}) {
    const auto ended =
        run_with({"GOMAXPROCS=1",
                  std::string("GODEBUG=stackguard=").append(method)});
    CHECK(ended.out == "procs=1\n");
    CHECK(ended.err.empty());
  }
}

}  // namespace strata::sched
