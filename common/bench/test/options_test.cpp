/// @file
/// @brief Tests the command line of benchmark programs.
#include "strata/bench/options.hpp"

#include "strata/testkit/catch.hpp"

#include <vector>

namespace strata::bench {
namespace {

Options parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "program");
  return parse_options(static_cast<int>(arguments.size()),
                       arguments.data());
}

}  // namespace

TEST_CASE("options: without arguments all rows run") {
  const Options options = parse({});
  CHECK(options.error.empty());
  CHECK(options.row.empty());
  CHECK_FALSE(options.list_only);
  CHECK_FALSE(options.is_quick);
}

TEST_CASE("options: all flags together") {
  const Options options = parse({"--row", "a.b", "--rounds", "7",
                                 "--round-ms", "3", "--list", "--quick"});
  CHECK(options.error.empty());
  CHECK(options.row == "a.b");
  CHECK(options.rounds == 7);
  CHECK(options.round_ms == 3);
  CHECK(options.list_only);
  CHECK(options.is_quick);
}

TEST_CASE("options: what is not understood is named") {
  CHECK(parse({"--rwo", "x"}).error.find("--rwo") == 0);
  CHECK(parse({"--row"}).error.find("--row") == 0);
}

TEST_CASE("options: numbers out of range change nothing") {
  for (const char* bad : {"0", "-1", "10001", "7x", ""}) {
    const Options options = parse({"--rounds", bad});
    CHECK(options.error.find("--rounds") == 0);
    CHECK(options.rounds == Options{}.rounds);
  }
}

}  // namespace strata::bench
