/// @file
/// @brief main() of every test program.
///
/// Story: Catch2 version 2 compiles its whole framework where this macro is
/// set, version 3 brings a library and only needs a session to be run. A
/// listener remembers the first assertion that failed, for a grader that
/// asked for the verdict.

#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_RUNNER
#endif
#include "strata/testkit/catch.hpp"
#include "strata/testkit/verdict.hpp"

namespace {

using strata::testkit::TestVerdict;
using strata::testkit::VerdictPipe;

#if __has_include(<catch2/catch_all.hpp>)
using ListenerBase = Catch::EventListenerBase;
using EndedReturn = void;
#else
using ListenerBase = Catch::TestEventListenerBase;
using EndedReturn = bool;
#endif

TestVerdict first_failure;
bool any_assertion = false;

// Keeps the first failure; the ones after it are often its consequences.
class FirstFailure : public ListenerBase {
 public:
  using ListenerBase::ListenerBase;

  EndedReturn assertionEnded(const Catch::AssertionStats& stats) override {
    any_assertion = true;
    if (!stats.assertionResult.isOk() && first_failure.place.empty()) {
      remember(stats);
    }
    return EndedReturn(true);
  }

 private:
  static void remember(const Catch::AssertionStats& stats) {
    const Catch::AssertionResult& result = stats.assertionResult;
    const auto where = result.getSourceInfo();
    first_failure.expression = std::string(result.getExpressionInMacro());
    first_failure.expansion = result.getExpandedExpression();
    first_failure.message = std::string(result.getMessage());
    for (const auto& info : stats.infoMessages) {
      // FAIL's own text is also among them.
      if (info.message == first_failure.message) continue;
      first_failure.message += '\n' + info.message;
    }
    first_failure.place =
        std::string(where.file) + ':' + std::to_string(where.line);
  }
};

CATCH_REGISTER_LISTENER(FirstFailure)

VerdictPipe& verdict_pipe() {
  static VerdictPipe pipe = VerdictPipe::from_environment();
  return pipe;
}

// Before the static objects of the code under test: none of them may find
// the grader's word.
constexpr int kFirst = 101;
[[gnu::constructor(kFirst)]] void take_word() { verdict_pipe(); }

}  // namespace

int main(int argc, char** argv) {
  const int failures = Catch::Session().run(argc, argv);
  if (verdict_pipe().is_open()) {
    first_failure.passed = failures == 0 && any_assertion;
    verdict_pipe().send(first_failure);
  }
  return failures;
}
