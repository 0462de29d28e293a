/// @file
/// @brief Tests the repaired leak check: silent when nothing leaks, exact
///        when something does.
#include <string>

#include "strata/testkit/catch.hpp"
#include "strata/testkit/program.hpp"

namespace strata::testkit {
namespace {

void finds(int workers, int leaky, int procs) {
  INFO(workers << " workers, " << leaky << " of them leak, " << procs
               << " Ps");
  const ProgramResult ended =
      run_program(STRATA_EXERCISE_PROGRAM,
                  {std::to_string(workers), std::to_string(leaky),
                   std::to_string(procs)});
  INFO(ended.err);
  CHECK(ended.out == "leaked " + std::to_string(leaky) + " goroutines\n");
  REQUIRE(ended.exit_code == (leaky == 0 ? 0 : 1));
}

}  // namespace

TEST_CASE("leak_check: ten workers that end are no leak") {
  finds(10, 0, 1);
}

TEST_CASE("leak_check: the library's own goroutine is no leak") {
  finds(0, 0, 1);
}

TEST_CASE("leak_check: a real leak is found and counted exactly") {
  finds(10, 2, 1);
  finds(3, 3, 1);
}

TEST_CASE("leak_check: it is right on several Ps as well") {
  for (int round = 0; round < 5; ++round) finds(50, 0, 4);
  finds(50, 5, 4);
}

}  // namespace strata::testkit
