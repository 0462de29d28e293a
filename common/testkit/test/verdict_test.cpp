/// @file
/// @brief Tests the line that a grader reads.
#include "strata/testkit/verdict.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include "strata/testkit/catch.hpp"

using strata::testkit::json_string;
using strata::testkit::TestVerdict;
using strata::testkit::VerdictPipe;

namespace {

// A pipe whose writing end is named in the environment.
struct Listener {
  Listener() {
    REQUIRE(pipe(ends.data()) == 0);
    const std::string value = std::to_string(ends[1]) + ":word";
    setenv("STRATA_VERDICT", value.c_str(), 1);
  }
  ~Listener() {
    close(ends[0]);
    close(ends[1]);
    unsetenv("STRATA_VERDICT");
  }
  std::string read_line() {
    std::string line(4096, '\0');
    const ssize_t got = read(ends[0], line.data(), line.size());
    REQUIRE(got > 0);
    line.resize(static_cast<std::size_t>(got));
    return line;
  }
  std::array<int, 2> ends = {-1, -1};
};

}  // namespace

TEST_CASE("verdict: text becomes a JSON string") {
  CHECK(json_string("plain") == "\"plain\"");
  CHECK(json_string("a \"b\" \\ c") == R"("a \"b\" \\ c")");
  CHECK(json_string(std::string("\n\x01", 2)) == R"("\u000a\u0001")");
}

TEST_CASE("verdict: without the variable nobody listens") {
  unsetenv("STRATA_VERDICT");
  CHECK_FALSE(VerdictPipe::from_environment().is_open());
}

TEST_CASE(
    "verdict: a variable without a number or a word is not believed") {
  for (const char* value : {"", "7", "x:word"}) {
    setenv("STRATA_VERDICT", value, 1);
    CHECK_FALSE(VerdictPipe::from_environment().is_open());
    CHECK(std::getenv("STRATA_VERDICT") == nullptr);
  }
}

TEST_CASE("verdict: the line holds the word, and the test cannot see it") {
  Listener listener;
  const std::string_view memory = std::getenv("STRATA_VERDICT");
  const VerdictPipe pipe = VerdictPipe::from_environment();
  REQUIRE(pipe.is_open());
  CHECK(std::getenv("STRATA_VERDICT") == nullptr);
  CHECK(memory.find("word") == std::string_view::npos);
  TestVerdict verdict;
  verdict.expression = "a == b";
  verdict.place = "file.cpp:7";
  pipe.send(verdict);
  CHECK(
      listener.read_line() ==
      "{\"passed\": false, \"word\": \"word\", \"expression\": \"a == b\", "
      "\"expansion\": \"\", \"message\": \"\", \"place\": "
      "\"file.cpp:7\"}\n");
}
