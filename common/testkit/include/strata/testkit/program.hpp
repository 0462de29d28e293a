/// @file
/// @brief Runs another program and reports how it ended.
///
/// Story
///   Code that is meant to end the process cannot be tested inside the
///   test. Each such case is a small program below test/crash/; a test runs
///   it and looks at its exit status and at what it wrote. A program that
///   hangs is killed with everything it started, and the result says so.
///   A program of the same name beside the test's own is run instead: that
///   is how wrong versions of a layer are tested without building the tests
///   again.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace strata::testkit {

/// Reports how a program ended and what it wrote.
struct ProgramResult {
  /// Exit status 0-255, or -1 if a signal ended the program.
  int exit_code = -1;
  /// Number of the signal that ended the program, or 0.
  int signal = 0;
  /// True if the program was killed because its time was up.
  bool timed_out = false;
  /// Everything written to standard output.
  std::string out;
  /// Everything written to standard error.
  std::string err;
};

/// How long a program may run unless the test says otherwise.
inline constexpr std::chrono::milliseconds kProgramTimeout{20000};

/// Runs a program to its end.
///
/// @param path file to run with its folder, without a search along PATH.
/// @param arguments what follows the program's name.
/// @param environment `NAME=value` entries added to ours; they win over it.
/// @param timeout after which the program and its children are killed.
/// @return how it ended; exit code 127 if it could not be started.
/// @errors Ends the process if no pipe can be made.
/// @blocks{M}
[[nodiscard]] ProgramResult run_program(
    const std::string& path, const std::vector<std::string>& arguments = {},
    const std::vector<std::string>& environment = {},
    std::chrono::milliseconds timeout = kProgramTimeout);

}  // namespace strata::testkit
