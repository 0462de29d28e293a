/// @file
/// @brief Helps the tests of the scheduler: sizes, joining, environment.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "strata/base/assert.hpp"
#include "strata/base/atomic.hpp"
#include "strata/sched/sched.hpp"
#include "strata/testkit/program.hpp"
#include "strata/testkit/sanitizers.hpp"

namespace strata::sched::test {

using testkit::kAddressSanitizer;
using testkit::kThreadSanitizer;

/// True in builds where each step costs many times what it usually does.
inline constexpr bool kSlow =
    kChecked || kThreadSanitizer || kAddressSanitizer;

/// Goroutines alive at once. TSan ends at about 8,000 flows of control.
inline constexpr int kManyGoroutines = kThreadSanitizer ? 2'000
                                       : kSlow          ? 20'000
                                                        : 100'000;
/// Rounds of something that takes about a microsecond.
inline constexpr int kManyRounds = kSlow ? 10'000 : 100'000;
/// Runs begun and ended one after the other.
inline constexpr int kManyRuns = kSlow ? 200 : 1'000;

/// Counts goroutines that are still to finish; joined by yielding.
class Pending {
 public:
  explicit Pending(int count) : count_(count) {}
  /// Says that one has finished.
  void done() {
    // [MO:test-pending] publishes what the goroutine did.
    count_.fetch_sub(1, std::memory_order_release);
  }
  /// Lets the others run until all have finished.
  void wait() const {
    // [MO:test-pending] sees what they did.
    while (count_.load(std::memory_order_acquire) != 0) yield();
  }
  [[nodiscard]] int left() const {
    return count_.load(std::memory_order_acquire);
  }

 private:
  atomic<int> count_;
};

/// Sets or removes a variable of the environment for its lifetime.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    const char* before = std::getenv(name);
    if (before != nullptr) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  ~Environment() {
    if (before_.has_value()) {
      ::setenv(name_, before_->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

/// Runs `main` with a given number of Ps, whatever the environment says.
template <class Main>
int run_on(int procs, Main&& main) {
  const Environment environment("GOMAXPROCS", std::to_string(procs));
  return run({}, std::forward<Main>(main));
}

/// Runs a program of test/crash/. @param name of its file, without `.cpp`.
[[gnu::noinline]] inline testkit::ProgramResult run_crash(
    const std::string& name, const std::vector<std::string>& arguments = {},
    const std::vector<std::string>& environment = {}) {
  return testkit::run_program(STRATA_CRASH_DIR "/sched_crash_" + name,
                              arguments, environment);
}

/// Reads a seed from STRATA_SEED. @param otherwise when there is none.
inline std::uint64_t test_seed(std::uint64_t otherwise) {
  const char* text = std::getenv("STRATA_SEED");
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace strata::sched::test
