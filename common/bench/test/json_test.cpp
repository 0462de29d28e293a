/// @file
/// @brief Tests that what is written is JSON.
#include "strata/bench/json.hpp"

#include "strata/testkit/catch.hpp"

namespace strata::bench {

TEST_CASE("json: an empty object") { CHECK(JsonObject().str() == "{}"); }

TEST_CASE("json: members come in order, objects nest") {
  const std::string text =
      JsonObject()
          .text("row", "yield.2g.p1")
          .count("ops", 12)
          .object("cpu", JsonObject().number("min", 1.5))
          .str();
  CHECK(text ==
        R"({"row": "yield.2g.p1", "ops": 12, "cpu": {"min": 1.5}})");
}

TEST_CASE("json: quotes, backslashes and control characters are escaped") {
  CHECK(json_quoted("a\"b\\c\nd\x1f") == R"("a\"b\\c\u000ad\u001f")");
  CHECK(json_quoted("\xc2\xb5s") == "\"\xc2\xb5s\"");
}

TEST_CASE("json: numbers keep six digits and no locale") {
  const auto text = [](double value) {
    return JsonObject().number("n", value).str();
  };
  CHECK(text(4386.0312) == R"({"n": 4386.03})");
  CHECK(text(0) == R"({"n": 0})");
  CHECK(text(123456789) == R"({"n": 1.23457e+08})");
}

}  // namespace strata::bench
