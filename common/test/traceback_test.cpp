/// @file
/// @brief Tests printed stacks: names, elision, damaged frame chains.
#include "strata/base/traceback.hpp"

#include <string>

#include "strata/testkit/catch.hpp"
#include "strata/testkit/program.hpp"

namespace strata {
namespace {

std::string trace(const std::string& how) {
  const auto ended = testkit::run_program(
      STRATA_CRASH_DIR "/common_crash_traceback", {how});
  REQUIRE(ended.exit_code == 0);
  return ended.err;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("traceback: frames have readable names, innermost first") {
  const std::string text = trace("here");
  INFO(text);
  const std::size_t inner = text.find("inner_function(int)\n\t");
  const std::size_t outer = text.find("outer_function(int)\n\t");
  CHECK(inner != std::string::npos);
  CHECK(outer != std::string::npos);
  CHECK(inner < outer);
  CHECK(text.find("common_crash_traceback +0x") != std::string::npos);
}

TEST_CASE("traceback: the innermost frames can be left out") {
  const std::string text = trace("skip");
  INFO(text);
  CHECK(text.find("inner_function") == std::string::npos);
  CHECK(text.find("outer_function") != std::string::npos);
}

TEST_CASE("traceback: of a deep stack the two ends are shown") {
  const std::string text = trace("deep");
  INFO(text);
  CHECK(count(text, "descend(int)") >= 50);
  CHECK(count(text, "descend(int)") <= 100);
  CHECK(count(text, " frames elided...\n") == 1);
  CHECK(text.rfind("main") > text.find("elided"));
}

TEST_CASE("traceback: frame pointers lead to the same callers") {
  const std::string text = trace("pointers");
  INFO(text);
  CHECK(text.find("inner_function(int)") != std::string::npos);
  CHECK(text.find("outer_function(int)") != std::string::npos);
}

TEST_CASE("traceback: a damaged chain of frames ends the walk, not us") {
  const std::string text = trace("damaged");
  INFO(text);
  CHECK(count(text, "walk ends\n") == 5);
}

}  // namespace strata
