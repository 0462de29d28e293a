/// @file
/// @brief Tells a grader how a test ended, past all that the test prints.
///
/// Story
///   A grader must not believe standard output: the code under test can
///   print there too. So the grader passes the number of an open pipe and a
///   random word in the environment; the program takes both out of it, and
///   out of the memory behind it, before any code under test runs. The
///   verdict is one line of JSON with that word in it. No line, or one
///   without the word, is a failed test.
///
/// Source
///   xv6's graders, which search the output, and what that invites.
#pragma once

#include <string>
#include <string_view>

namespace strata::testkit {

/// Says what one test program found out.
struct TestVerdict {
  /// True when every assertion held and at least one was made.
  bool passed = false;
  /// The first assertion that failed, as written; empty if none did.
  std::string expression;
  /// The same with values in it.
  std::string expansion;
  /// What the test said about it, such as an exploration's report.
  std::string message;
  /// Where that assertion stands: `file:line`.
  std::string place;
};

/// Sends a verdict to whoever started this process, if they asked for one.
class VerdictPipe {
 public:
  /// Reads STRATA_VERDICT=`descriptor:word` and removes it from the
  /// environment, out of reach of the tests.
  static VerdictPipe from_environment();

  /// Tells whether somebody listens. @return false without STRATA_VERDICT.
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }

  /// Writes the verdict. @param verdict any length.
  void send(const TestVerdict& verdict) const;

 private:
  int descriptor_ = -1;
  std::string word_;
};

/// Writes a text as a JSON string. @param text any bytes.
/// @return the text in quotes, with control characters escaped.
std::string json_string(std::string_view text);

}  // namespace strata::testkit
