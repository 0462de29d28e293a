/// @file
/// @brief Runs code one instruction at a time and looks on.
///
/// Story
///   The processor's trap flag raises SIGTRAP after each instruction. The
///   handler gets the registers, so a test can follow a switch from inside:
///   it keeps the return stack that a processor keeps, or walks up the
///   stack at each instruction. Counted, not timed.
///
/// Not done
///   Other processors than x86-64, and builds with a sanitizer: there
///   kCanSingleStep is false, and tests say so and end.
#pragma once

#include "strata/context/switch.hpp"

#if defined(__x86_64__) && !defined(STRATA_CONTEXT_SANITIZED)
#include <signal.h>
#include <ucontext.h>
#include <x86intrin.h>
#endif

#include <array>
#include <cstddef>
#include <cstdint>

namespace strata::context::lab {

#if defined(__x86_64__) && !defined(STRATA_CONTEXT_SANITIZED)
inline constexpr bool kCanSingleStep = true;

/// Watches one piece of code; one at a time.
class SingleStep {
 public:
  /// Gets the address of the next instruction and the stack pointer.
  using Watcher = void (*)(const std::uint8_t* code,
                           const std::uintptr_t* sp);

  /// Runs `body` with `watcher` called before each of its instructions.
  template <class Body>
  static void run(Watcher watcher, Body body) {
    watcher_ = watcher;
    struct sigaction action = {};
    struct sigaction before = {};
    action.sa_sigaction = &on_step;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGTRAP, &action, &before);
    __writeeflags(__readeflags() | kTrapFlag);
    body();
    __writeeflags(__readeflags() & ~kTrapFlag);
    sigaction(SIGTRAP, &before, nullptr);
  }

 private:
  static constexpr unsigned long long kTrapFlag = 0x100;

  static void on_step(int, siginfo_t*, void* raw) {
    const auto& registers =
        static_cast<ucontext_t*>(raw)->uc_mcontext.gregs;
    watcher_(reinterpret_cast<const std::uint8_t*>(registers[REG_RIP]),
             reinterpret_cast<const std::uintptr_t*>(registers[REG_RSP]));
  }

  static inline Watcher watcher_ = nullptr;
};
#else
inline constexpr bool kCanSingleStep = false;

/// Takes the place of the watcher where there is no trap flag.
class SingleStep {
 public:
  /// See above.
  using Watcher = void (*)(const std::uint8_t* code,
                           const std::uintptr_t* sp);
  /// Runs nothing.
  template <class Body>
  static void run(Watcher, Body) {}
};
#endif

/// Keeps the return stack of a processor, one instruction behind.
class ReturnStack {
 public:
  /// Takes the next instruction.
  void step(const std::uint8_t* now, const std::uintptr_t* sp) {
    const std::uint8_t* code = last_;
    last_ = now;
    if (code == nullptr) return;
    while (is_prefix(*code)) ++code;
    const bool indirect_call = *code == 0xff && ((code[1] >> 3) & 7) == 2;
    if (*code == 0xe8 || indirect_call) {
      entries_[depth_++ % entries_.size()] = *sp;
    } else if ((*code == 0xc3 || *code == 0xc2) && depth_ > 0) {
      const bool hit = entries_[--depth_ % entries_.size()] ==
                       reinterpret_cast<std::uintptr_t>(now);
      ++(hit ? right_ : wrong_);
    }
  }

  /// Returns that went where the processor had guessed.
  int right() const { return right_; }
  /// Returns that went elsewhere.
  int wrong() const { return wrong_; }

 private:
  static bool is_prefix(std::uint8_t byte) {
    return (byte & 0xf0) == 0x40 || byte == 0xf2 || byte == 0xf3 ||
           byte == 0x3e || byte == 0x67;
  }

  std::array<std::uintptr_t, 4096> entries_{};
  std::size_t depth_ = 0;
  const std::uint8_t* last_ = nullptr;
  int right_ = 0;
  int wrong_ = 0;
};

}  // namespace strata::context::lab
