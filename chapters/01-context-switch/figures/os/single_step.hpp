/// @file
/// @brief Runs code one instruction at a time and looks at it in between.
///
/// Story
///   With its trap flag set, an x86 processor raises an exception after
///   each instruction, which the system hands over as SIGTRAP. The handler
///   runs on a stack of its own, so that it does not disturb what it looks
///   at.
#pragma once

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define STRATA_CAN_SINGLE_STEP 1

#include <signal.h>
#include <ucontext.h>
#include <x86intrin.h>

#include <array>
#include <cstddef>

namespace strata::figures {

/// Calls a function before each instruction, while it lives.
class SingleStep {
 public:
  /// Looks at the registers, by the system's numbers (REG_RIP and so on).
  /// Runs in a signal handler: no allocation.
  using Watch = void (*)(const greg_t* registers);

  /// Prepares. @param watch called between start() and stop().
  explicit SingleStep(Watch watch) {
    watch_ = watch;
    const stack_t other = {
        .ss_sp = stack_.data(), .ss_flags = 0, .ss_size = stack_.size()};
    sigaltstack(&other, &stack_before_);
    struct sigaction action = {};
    action.sa_sigaction = [](int, siginfo_t*, void* raw) {
      watch_(static_cast<ucontext_t*>(raw)->uc_mcontext.gregs);
    };
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGTRAP, &action, &before_);
  }
  /// Puts everything back.
  ~SingleStep() {
    sigaction(SIGTRAP, &before_, nullptr);
    sigaltstack(&stack_before_, nullptr);
  }
  SingleStep(const SingleStep&) = delete;
  SingleStep& operator=(const SingleStep&) = delete;

  /// Begins; the caller's own next instructions are watched, too.
  [[gnu::always_inline]] static void start() {
    __writeeflags(__readeflags() | kTrapFlag);
  }
  /// Ends; on whatever stack the program is by now.
  [[gnu::always_inline]] static void stop() {
    __writeeflags(__readeflags() & ~kTrapFlag);
  }

 private:
  static constexpr unsigned long long kTrapFlag = 0x100;

  static inline Watch watch_ = nullptr;
  std::array<std::byte, 64 * 1024> stack_ = {};
  stack_t stack_before_ = {};
  struct sigaction before_ = {};
};

}  // namespace strata::figures

#endif
