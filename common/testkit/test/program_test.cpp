/// @file
/// @brief Tests of the runner of crash programs, on the shell.
#include "strata/testkit/program.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "strata/testkit/catch.hpp"
#include "strata/testkit/leak_check.hpp"

using strata::testkit::LeakCheck;
using strata::testkit::ProgramResult;
using strata::testkit::run_program;

namespace {

ProgramResult shell(
    const std::string& script,
    const std::vector<std::string>& environment = {},
    std::chrono::milliseconds timeout = strata::testkit::kProgramTimeout) {
  return run_program("/bin/sh", {"-c", script}, environment, timeout);
}

}  // namespace

TEST_CASE("run_program: the exit status and both outputs come back") {
  const ProgramResult result = shell("echo one; echo two >&2; exit 3");
  REQUIRE(result.exit_code == 3);
  REQUIRE(result.signal == 0);
  REQUIRE(result.out == "one\n");
  REQUIRE(result.err == "two\n");
}

TEST_CASE("run_program: a version beside the test is preferred") {
  namespace fs = std::filesystem;
  const fs::path beside =
      fs::read_symlink("/proc/self/exe").parent_path() / "another_version";
  const auto run = [] {
    return run_program("/bin/another_version", {"-c", "exit 3"}).exit_code;
  };
  fs::remove(beside);
  REQUIRE(run() == 127);
  fs::create_symlink("/bin/sh", beside);
  const int exit_code = run();
  fs::remove(beside);
  REQUIRE(exit_code == 3);
}

TEST_CASE("run_program: death by a signal is told from an exit") {
  const ProgramResult result = shell("kill -TERM $$");
  REQUIRE(result.exit_code == -1);
  REQUIRE(result.signal == SIGTERM);
  REQUIRE_FALSE(result.timed_out);
}

TEST_CASE("run_program: a program that hangs is killed with its children") {
  const ProgramResult result = shell("echo started; sleep 1000; echo never",
                                     {}, std::chrono::milliseconds(200));
  REQUIRE(result.timed_out);
  REQUIRE(result.signal == SIGKILL);
  REQUIRE(result.out == "started\n");
}

TEST_CASE("run_program: added environment wins over ours") {
  ::setenv("STRATA_PROGRAM_TEST", "ours", 1);
  const ProgramResult ours = shell("echo $STRATA_PROGRAM_TEST");
  REQUIRE(ours.out == "ours\n");
  const ProgramResult theirs =
      shell("echo $STRATA_PROGRAM_TEST", {"STRATA_PROGRAM_TEST=theirs"});
  REQUIRE(theirs.out == "theirs\n");
}

TEST_CASE("run_program: more output than a pipe holds arrives whole") {
  const ProgramResult result = shell(
      "i=0; while [ $i -lt 5000 ]; do echo "
      "0123456789012345678901234567890; "
      "i=$((i+1)); done");
  REQUIRE(result.exit_code == 0);
  REQUIRE(result.out.size() == 5000 * 32);
}

TEST_CASE("run_program: a program that closes its outputs is waited for") {
  REQUIRE(shell("exec >&- 2>&-; exit 4").exit_code == 4);
}

TEST_CASE("run_program: a missing program is exit code 127") {
  REQUIRE(run_program("/nonexistent/program").exit_code == 127);
}

TEST_CASE("run_program: pipes are closed again") {
  (void)shell("true");
  const LeakCheck check;
  for (int i = 0; i < 20; ++i) (void)shell("true");
  INFO(check.describe());
  REQUIRE(check.clean());
}
