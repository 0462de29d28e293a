/// @file
/// @brief Tests what asserts say, and when they say nothing.
#include "strata/base/assert.hpp"

#include <string>

#include "strata/testkit/catch.hpp"
#include "strata/testkit/program.hpp"

namespace strata {
namespace {

testkit::ProgramResult end_with(const std::string& how) {
  return testkit::run_program(STRATA_CRASH_DIR "/common_crash_fatal", {how},
                              {"GOTRACEBACK="});
}

constexpr char kReport[] =
    "fatal error: assertion failed: a pie needs four apples\n"
    "\texpected apples == 4\n"
    "\tat ";

}  // namespace

TEST_CASE("assert: names the rule, the expression and the place") {
  const auto ended = end_with("assert");
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(ended.err.starts_with(kReport));
  CHECK(ended.err.find("fatal.cpp:") != std::string::npos);
}

TEST_CASE("assert: a dcheck speaks in checked builds only") {
  const auto ended = end_with("dcheck");
  INFO(ended.err);
  if (kChecked) {
    CHECK(ended.exit_code == 2);
    CHECK(ended.err.starts_with(kReport));
  } else {
    CHECK(ended.exit_code == 77);
    CHECK(ended.err.empty());
  }
}

TEST_CASE("assert: an unreachable place that is reached says so") {
  const auto ended = end_with("unreachable");
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(ended.err.starts_with(
      "fatal error: assertion failed: nobody comes here\n"));
}

TEST_CASE(
    "assert: the condition is looked at once, a dcheck's maybe never") {
  int looks = 0;
  STRATA_ASSERT(++looks == 1, "one look");
  CHECK(looks == 1);
  STRATA_DCHECK(++looks == 2, "another look");
  CHECK(looks == (kChecked ? 2 : 1));
}

}  // namespace strata
