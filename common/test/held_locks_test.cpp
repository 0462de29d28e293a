/// @file
/// @brief Tests the record of held locks and the report of a broken order.

#include "strata/base/assert.hpp"
#include "strata/base/ranked_lock.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/program.hpp"

#include <string>

namespace strata {

TEST_CASE("held_locks: a broken order ends a checked program (I-00.5)") {
  const testkit::ProgramResult result =
      testkit::run_program(STRATA_CRASH_DIR "/common_crash_lock_order");
  INFO(result.err);
  if (!kChecked) {
    CHECK(result.exit_code == 0);
    CHECK(result.out == "not checked\n");
    return;
  }
  const auto says = [&](const char* part) {
    return result.err.find(part) != std::string::npos;
  };
  CHECK(result.exit_code == 2);
  CHECK(says("holds kTestInner (the inner lock of a test) at "));
  CHECK(says("wants kTestOuter (the outer lock of a test) at "));
  CHECK(says("fatal error: ranked_lock: lock order broken"));
}

}  // namespace strata
