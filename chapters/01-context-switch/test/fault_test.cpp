/// @file
/// @brief Tests the reports of faults by programs that crash on purpose.
#include "strata/context/fault.hpp"

#include <string>

#include "flow.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/program.hpp"

namespace {

struct Ended {
  int status = -1;
  std::string output;
};

Ended run_crash(const std::string& name) {
  const auto result = strata::testkit::run_program(
      std::string(STRATA_CRASH_DIR) + "/context_crash_" + name);
  return {result.exit_code, result.err};
}

bool contains(const Ended& ended, const std::string& text) {
  return ended.output.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("fault: endless recursion is reported as an overflow (I-01.12)") {
  const Ended ended = run_crash("overflow_recursion");
  INFO(ended.output);
  CHECK(ended.status == 2);
  CHECK(
      ended.output.rfind("runtime: goroutine stack exceeds 65536-byte limit"
                         "\nruntime: sp=0x",
                         0) == 0);
  CHECK(contains(ended,
                 "\nfatal error: stack overflow\n\n"
                 "goroutine 7 [running]:\n"));
  CHECK(contains(ended, "recurse(int)"));
  CHECK(contains(ended, "frames elided..."));
  CHECK(contains(ended, "strata_context_begin"));
}

TEST_CASE("fault: a frame larger than the guard is an overflow too") {
  const Ended ended = run_crash("overflow_large_frame");
  INFO(ended.output);
  CHECK(ended.status == 2);
  CHECK(contains(ended, "exceeds 65536-byte limit"));
  CHECK(contains(ended, "fatal error: stack overflow"));
  CHECK(contains(ended, "large_frame()"));
}

TEST_CASE(
    "fault: an uncaught exception ends with its whole stack (I-01.4)") {
  const Ended ended = run_crash("uncaught_exception");
  INFO(ended.output);
  CHECK(ended.status == 2);
  CHECK(ended.output.rfind("panic: std::runtime_error: out of cheese\n",
                           0) == 0);
  CHECK(contains(ended, "thrower(int)"));
  CHECK(contains(ended, "strata_context_begin"));
}

TEST_CASE("fault: a wild address is reported with address and frames") {
  const Ended ended = run_crash("fault_wild_address");
  INFO(ended.output);
  if (strata::context::test::kSanitized) {
    CHECK(contains(ended, "Sanitizer"));  // it was here first
    return;
  }
  CHECK(ended.status == 2);
  CHECK(contains(ended,
                 "fatal error: unexpected signal\n[signal SIGSEGV: "
                 "segmentation violation code=0x1 addr=0x1230 pc=0x"));
  CHECK(contains(ended, "read_wild"));
}

TEST_CASE("fault: a fault that is not ours goes to the program's handler") {
  const Ended ended = run_crash("fault_passed_on");
  INFO(ended.output);
  CHECK(ended.status == 42);
  CHECK(contains(ended, "the program's own handler"));
}

TEST_CASE("fault: an entry function that returns is fatal") {
  const Ended ended = run_crash("entry_returns");
  INFO(ended.output);
  CHECK(ended.status == 2);
  CHECK(contains(ended, "context: an entry function returned"));
}

TEST_CASE("fault: a stack released twice is fatal (I-01.9)") {
  const Ended ended = run_crash("double_release");
  INFO(ended.output);
  CHECK(ended.status == 2);
  CHECK(contains(ended, "I-01.9: a stack is released once"));
}

TEST_CASE("fault: a pool that ends before its stacks is fatal (I-01.11)") {
  const Ended ended = run_crash("stack_leak");
  INFO(ended.output);
  CHECK(ended.status == 2);
  CHECK(contains(ended, "I-01.11"));
}

TEST_CASE("fault: handlers come and go with a runtime") {
  using namespace strata::context;  // NOLINT: the layer under test
  for (int round = 0; round < 100; ++round) {
    const StackPool pool;
    REQUIRE(install_fault_handlers(pool) == 0);
    remove_fault_handlers();
  }
}

TEST_CASE("fault: gdb walks a flow's stack to its first frame (I-01.4)") {
  const auto result = strata::testkit::run_program(
      "/usr/bin/gdb",
      {"-nx", "-batch", "-ex", "set debuginfod enabled off", "-ex",
       "break stand_here", "-ex", "run", "-ex", "bt",
       std::string(STRATA_CRASH_DIR) + "/context_crash_debugger_target"});
  if (result.exit_code == 127) {
    WARN("gdb is not installed; skipped");
    return;
  }
  const Ended ended{result.exit_code, result.out};
  INFO(ended.output << result.err);
  CHECK(contains(ended, "called_by_flow"));
  CHECK(contains(ended, "strata_context_begin"));
  CHECK((contains(ended, " in strata_fcontext_entry") ||
         contains(ended, " in strata_context_entry")));
  CHECK_FALSE(contains(ended, "Backtrace stopped"));
  CHECK_FALSE(contains(ended, "in ?? ()"));
}
