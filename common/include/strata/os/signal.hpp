/// @file
/// @brief Installs signal handlers, in the one place that does.
///
/// Story
///   A process has one handler per signal, and a runtime shares it with the
///   program and with tools that came first. Every handler of Strata is
///   installed here: on the alternate stack, errno kept, with the registers
///   that matter read out, and with a way to pass a signal on to whoever
///   had it before.
///
/// Invariants
///   - I-00.8 A handler runs on an alternate stack, never on a goroutine's.
///   - I-00.9 What a handler does not handle reaches the handler before it.
///
/// Threads
///   Installing and removing: one thread at a time. Handlers run on any.
///
/// Memory order
///   [MO:signal-handler] a handler is published after what it passes on to.
#pragma once

#include <cstddef>
#include <cstdint>

#include "strata/os/mapping.hpp"

namespace strata::os {

/// Describes one delivery of a signal.
struct SignalEvent {
  /// Which signal, e.g. SIGSEGV.
  int number = 0;
  /// Why, as the kernel says (`si_code`).
  int code = 0;
  /// The address that faulted, for fault signals.
  const void* address = nullptr;
  /// The interrupted instruction.
  std::uintptr_t pc = 0;
  /// The interrupted stack pointer.
  std::uintptr_t sp = 0;
  /// The interrupted frame pointer.
  std::uintptr_t frame_pointer = 0;
  /// Whether somebody else had a handler before, so that passing on helps.
  bool has_previous = false;
  /// The kernel's record of the interrupted context (`ucontext_t*`).
  void* machine_context = nullptr;
};

/// Says what a handler did with a signal.
enum class SignalOutcome : std::uint8_t {
  kHandled,  ///< The interrupted code goes on.
  kPassOn,   ///< The handler before gets it, or the default action.
};

/// Handles a signal.
/// @pre Only async-signal-safe calls, no allocation, no locks.
using SignalHandler = SignalOutcome (*)(const SignalEvent& event);

/// Installs a handler for a signal in front of the one that is there.
/// @param number the signal. @param handler runs on the alternate stack.
/// @pre No handler of ours is installed for it.
/// @return 0, or errno.
[[nodiscard]] int install_signal_handler(int number,
                                         SignalHandler handler) noexcept;

/// Puts the handler back that was there before ours.
/// @param number the signal; nothing happens without a handler of ours.
void remove_signal_handler(int number) noexcept;

/// Names a signal. @param number any. @return e.g. "SIGSEGV", static.
[[nodiscard]] const char* signal_name(int number) noexcept;

/// Tells the bounds of the calling thread's own stack.
/// @return the range, found when the thread made its `AlternateStack`;
///         empty on a thread without one. Safe in a signal handler.
[[nodiscard]] Range own_stack_of_thread() noexcept;

/// Gives the calling thread a stack for signal handlers while it lives.
///
/// Belongs to the thread that makes it and must be destroyed by it.
class AlternateStack {
 public:
  /// Makes the stack, guarded below, and tells the kernel.
  AlternateStack();
  /// Puts back what the thread had before.
  ~AlternateStack();
  AlternateStack(const AlternateStack&) = delete;
  AlternateStack& operator=(const AlternateStack&) = delete;

  /// Tells where the stack lies. @return its usable range.
  [[nodiscard]] Range range() const noexcept;

 private:
  // owner thread only
  Mapping mapping_;
  void* previous_start_ = nullptr;
  std::size_t previous_bytes_ = 0;
  int previous_flags_ = 0;
};

}  // namespace strata::os
