/// @file
/// @brief Tests the fatal report by programs that end with one.
#include "strata/base/fatal.hpp"

#include <csignal>
#include <string>
#include <vector>

#include "strata/testkit/catch.hpp"
#include "strata/testkit/program.hpp"

namespace strata {
namespace {

testkit::ProgramResult end_with(
    const std::string& how,
    const std::vector<std::string>& environment = {"GOTRACEBACK="}) {
  return testkit::run_program(STRATA_CRASH_DIR "/common_crash_fatal", {how},
                              environment);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("fatal: prints message, place and stack, and exits with 2") {
  const auto ended = end_with("fatal");
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(ended.out.empty());
  CHECK(ended.err.starts_with("fatal error: the end is here\n\tat "));
  CHECK(contains(ended.err, "fatal.cpp:"));
  CHECK(contains(ended.err, "say_the_end()"));
  CHECK(contains(ended.err, "main"));
}

TEST_CASE("fatal: the program's own errors name no place inside Strata") {
  const auto ended = end_with("fatal_user");
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(ended.err.starts_with("fatal error: your fault\n\n"));
  CHECK_FALSE(contains(ended.err, "\tat "));
}

TEST_CASE("fatal: a layer may name who was running") {
  const auto ended = end_with("described");
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(contains(ended.err, "\n\nprogram 7 [testing]:\n"));
}

TEST_CASE("fatal: GOTRACEBACK=crash aborts after the report") {
  const auto ended = end_with("fatal", {"GOTRACEBACK=crash"});
  INFO(ended.err);
  CHECK(ended.signal == SIGABRT);
  CHECK(ended.err.starts_with("fatal error: the end is here\n"));
}

TEST_CASE("fatal: a fault inside the report still ends the process") {
  const auto ended = end_with("twice");
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK_FALSE(ended.timed_out);
  CHECK(contains(ended.err, "fatal error: first"));
  CHECK_FALSE(contains(ended.err, "fatal error: second"));
}

TEST_CASE("fatal: two threads at once give one report") {
  for (int round = 0; round < 10; ++round) {
    const auto ended = end_with("two_threads");
    REQUIRE(ended.exit_code == 2);
    const std::size_t first = ended.err.find("fatal error: ");
    REQUIRE(first == 0);
    REQUIRE(ended.err.find("fatal error: ", 1) == std::string::npos);
  }
}

TEST_CASE("fatal: the writer formats numbers, addresses and long texts") {
  const auto ended = end_with("writer");
  CHECK(ended.exit_code == 0);
  CHECK(ended.err ==
        "0 7 -7 9223372036854775807 -9223372036854775808 0x0 0xff "
        "0xffffffffffffffff 0x1000\n" +
            std::string(2000, 'x') + "\n");
}

TEST_CASE("fatal: the writer keeps errno") {
  CHECK(end_with("writer_errno").exit_code == 0);
}

}  // namespace strata
