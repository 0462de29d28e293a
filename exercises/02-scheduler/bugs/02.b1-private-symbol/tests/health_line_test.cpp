/// @file
/// @brief Tests the repaired health line: it links, it counts, and it names
///        nothing private.
#include <fstream>
#include <iterator>
#include <string>

#include "strata/testkit/catch.hpp"
#include "strata/testkit/program.hpp"

namespace strata::testkit {
namespace {

void prints(const std::string& workers, const std::string& line) {
  INFO("with " << workers << " workers and main");
  const ProgramResult ended =
      run_program(STRATA_EXERCISE_PROGRAM, {workers});
  INFO(ended.err);
  CHECK(ended.exit_code == 0);
  REQUIRE(ended.out == line + "\n");
}

}  // namespace

TEST_CASE("health_line: it links, runs and counts main and its workers") {
  prints("3", "health: 4 goroutines alive");
}

TEST_CASE("health_line: the count follows the number of workers") {
  prints("0", "health: 1 goroutines alive");
  prints("1", "health: 2 goroutines alive");
  prints("250", "health: 251 goroutines alive");
}

TEST_CASE("health_line: nothing private is declared or called") {
  std::ifstream file(STRATA_EXERCISE_TEXT);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  REQUIRE(text.find("int main") != std::string::npos);
  INFO("namespaces called detail are private, and have no headers for you");
  CHECK(text.find("detail::") == std::string::npos);
  CHECK(text.find("namespace strata") == std::string::npos);
  CHECK(text.find("extern \"C\"") == std::string::npos);
}

}  // namespace strata::testkit
