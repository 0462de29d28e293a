/// @file
/// @brief Tests that a build knows what it is made of.
#include "strata/base/build_info.hpp"

#include "strata/testkit/catch.hpp"

TEST_CASE(
    "build_info: it names the reader's slots, or says there are none") {
  const std::string_view slots = strata::slots_of_reader();
  const std::string_view info = strata::build_info();
  if (slots.empty()) {
    CHECK(info.find("all slots of the reference") !=
          std::string_view::npos);
  } else {
    CHECK(info.find(slots) != std::string_view::npos);
  }
}
