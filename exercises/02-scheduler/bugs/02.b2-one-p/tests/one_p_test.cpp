/// @file
/// @brief Tests the repaired box office: no ticket is lost, on one P and on
///        several.
#include <string>

#include "strata/testkit/catch.hpp"
#include "strata/testkit/program.hpp"
#include "strata/testkit/sanitizers.hpp"

namespace strata::testkit {
namespace {

void sells_all(int sellers, int tickets, int procs) {
  INFO(sellers << " sellers with " << tickets << " tickets each, on "
               << procs << " Ps");
  const ProgramResult ended =
      run_program(STRATA_EXERCISE_PROGRAM,
                  {std::to_string(sellers), std::to_string(tickets),
                   std::to_string(procs)});
  const std::string all = std::to_string(sellers * tickets);
  INFO(ended.err);
  CHECK(ended.out == "sold " + all + " of " + all + " tickets\n");
  REQUIRE(ended.exit_code == 0);
}

constexpr int kTickets = kSanitized ? 500 : 20'000;

}  // namespace

TEST_CASE("one_p: two sellers on one P lose no ticket") {
  sells_all(2, 1000, 1);
}

TEST_CASE("one_p: other numbers of sellers and tickets come out right") {
  sells_all(3, 7, 1);
  sells_all(100, 10, 1);
  sells_all(2, 1, 1);
}

TEST_CASE("one_p: it does not depend on the number of Ps") {
  for (int round = 0; round < 5; ++round) {
    sells_all(8, kTickets, 4);
  }
}

TEST_CASE("one_p: nothing races, as a build with a sanitizer sees it") {
  sells_all(4, 500, 2);
  sells_all(4, 500, 3);
}

}  // namespace strata::testkit
