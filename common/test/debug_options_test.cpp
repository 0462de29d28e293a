/// @file
/// @brief Tests the parser of GODEBUG-style knobs.
#include "strata/base/debug_options.hpp"

#include <array>

#include "strata/testkit/catch.hpp"

namespace strata {
namespace {

// Two knobs with ranges, and the parser's answer to a text.
struct Knobs {
  std::int64_t speed = 5;
  std::int64_t depth = -1;
  std::vector<std::string> messages;

  explicit Knobs(std::string_view text) {
    const std::array<DebugOption, 2> options = {
        DebugOption{"speed", &speed, 0, 100, "how fast"},
        DebugOption{"depth", &depth, -10, 10, "how deep"}};
    messages = parse_debug_options("GODEBUG", text, options);
  }
};

using Messages = std::vector<std::string>;

}  // namespace

TEST_CASE("debug_options: an empty text changes nothing") {
  const Knobs knobs("");
  CHECK(knobs.speed == 5);
  CHECK(knobs.depth == -1);
  CHECK(knobs.messages.empty());
}

TEST_CASE("debug_options: each item sets its knob") {
  const Knobs knobs("speed=7,depth=-3");
  CHECK(knobs.speed == 7);
  CHECK(knobs.depth == -3);
  CHECK(knobs.messages.empty());
}

TEST_CASE("debug_options: a later item wins") {
  CHECK(Knobs("speed=7,speed=8").speed == 8);
}

TEST_CASE("debug_options: the limits of a range are allowed") {
  CHECK(Knobs("speed=0").speed == 0);
  CHECK(Knobs("speed=100").speed == 100);
  CHECK(Knobs("depth=-10").depth == -10);
}

TEST_CASE("debug_options: empty items are nothing to complain about") {
  const Knobs knobs(",,speed=7,,");
  CHECK(knobs.speed == 7);
  CHECK(knobs.messages.empty());
}

TEST_CASE(
    "debug_options: a value out of range changes nothing and is said") {
  const Knobs knobs("speed=101");
  CHECK(knobs.speed == 5);
  CHECK(knobs.messages ==
        Messages{
            "GODEBUG: \"speed=101\" ignored: expected a number from 0 to "
            "100, speed stays 5"});
}

TEST_CASE("debug_options: what is no whole number is said") {
  for (const char* bad :
       {"speed=", "speed=x", "speed=1.5", "speed= 1", "speed=1 ",
        "speed=+1", "speed=0x10", "speed=99999999999999999999"}) {
    const Knobs knobs(bad);
    INFO(bad);
    CHECK(knobs.speed == 5);
    REQUIRE(knobs.messages.size() == 1);
    CHECK(knobs.messages[0].find(bad) != std::string::npos);
  }
}

TEST_CASE("debug_options: an unknown name and a missing sign are said") {
  const Knobs knobs("sped=7,speed,depth=2");
  CHECK(knobs.speed == 5);
  CHECK(knobs.depth == 2);
  CHECK(knobs.messages ==
        Messages{"GODEBUG: \"sped=7\" ignored: no knob has this name",
                 "GODEBUG: \"speed\" ignored: expected name=number"});
}

TEST_CASE("debug_options: the message names the value that stays") {
  const Knobs knobs("speed=7,speed=1000");
  CHECK(knobs.speed == 7);
  REQUIRE(knobs.messages.size() == 1);
  CHECK(knobs.messages[0].ends_with("speed stays 7"));
}

TEST_CASE("parse_integer: takes whole numbers that fit and nothing else") {
  std::int64_t value = 0;
  CHECK(parse_integer("0", value));
  CHECK(value == 0);
  CHECK(parse_integer("-9223372036854775808", value));
  CHECK(value == INT64_MIN);
  CHECK(parse_integer("9223372036854775807", value));
  CHECK(value == INT64_MAX);
  value = 17;
  for (const char* bad : {"", "-", "x", "1x", "9223372036854775808"}) {
    CHECK_FALSE(parse_integer(bad, value));
  }
  CHECK(value == 17);
}

}  // namespace strata
