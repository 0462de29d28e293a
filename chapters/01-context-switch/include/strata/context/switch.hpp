/// @file
/// @brief Suspends one flow of control and resumes another.
///
/// Story
///   A `Context` is a flow of control that does not run right now: the
///   stack pointer below which its registers lie, and the few words that
///   belong to it but live in the thread while it runs (errno, the
///   exceptions it has caught, what the sanitizers know). `switch_to`
///   stores the running flow in `from`, continues `to`, and returns when
///   somebody switches back. The one message word travels in a register, so
///   that the resumed side learns on which thread it woke up without
///   touching thread-local data.
///
/// Invariants
///   I-01.2 A context is resumed at most once per suspension, and only
///          after the switch away from it is complete: whoever wants to
///          publish `from` does so after arriving on `to`, never before.
///   I-01.3 call and ret pair up on every switch: the branch predictor's
///          return stack stays right for all frames above.
///   I-01.4 The entry function starts with a stack pointer that is 16-byte
///          aligned at the call, and no frame lies below the entry frame:
///          unwinders stop there, so an exception that nobody catches ends
///          in std::terminate with the whole stack still in place.
///   I-01.5 errno, caught and uncaught exceptions travel with the context.
///   I-01.6 Nothing thread-local is read or written after the switch; the
///          thread's words are exchanged before it, through
///          `ThreadAnchors`.
///   I-01.7 Callee-saved registers and floating-point control words
///          survive.
///
/// Threads
///   A context may be resumed by another thread than the one it was
///   suspended on. The hand-over needs a release/acquire pair of the
///   caller's making.
///
/// Source
///   Boost.Context (jump_fcontext); Go runtime/asm_amd64.s: gogo, mcall.
#pragma once

#include <cstddef>
#include <type_traits>

#include "strata/context/stack.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define STRATA_CONTEXT_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define STRATA_CONTEXT_TSAN 1
#endif
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STRATA_CONTEXT_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define STRATA_CONTEXT_TSAN 1
#endif
#endif
#if defined(STRATA_CONTEXT_ASAN) || defined(STRATA_CONTEXT_TSAN)
#define STRATA_CONTEXT_SANITIZED 1
#endif

namespace strata::context {

namespace detail {
// What the C++ runtime keeps per thread about exceptions in flight; the two
// words behind __cxa_get_globals(), whose layout the Itanium C++ ABI fixes.
struct ExceptionWords {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};
struct Access;
}  // namespace detail

/// Holds the addresses of the words of one thread that travel with
/// contexts.
///
/// Compilers cache such addresses across calls, because both are declared
/// to be constant functions. A runtime whose goroutines change threads
/// therefore asks once per thread and passes the answer around.
/// @invariant Used only by the thread it was made on.
// [doc:thread-anchors]
struct ThreadAnchors {
  /// The thread's errno.
  int* errno_address = nullptr;
  /// The thread's exception bookkeeping.
  detail::ExceptionWords* exceptions = nullptr;
};
// [/doc:thread-anchors]

/// Finds the anchors of the calling thread.
/// @return addresses that are valid until the thread ends.
[[nodiscard]] ThreadAnchors thread_anchors() noexcept;

/// Runs as the first function on a fresh stack.
///
/// @param message what the first resumer passed to `switch_to`.
/// @param argument what `prepare` was given.
/// @pre Never returns: the last act is `exit_to`. Returning is fatal.
using Entry = void (*)(void* message, void* argument);

/// Holds a suspended flow of control.
///
/// Neither copied nor moved: the flow may keep its address.
/// @invariant Belongs to whoever may resume it; has no lock of its own.
class Context {
 public:
  /// Makes an empty context, which is filled by `prepare`, `adopt_thread`
  /// or by being the `from` of a switch.
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  /// Tells where the suspended flow's registers lie, for stack scans.
  /// @return the saved stack pointer, or null if it never was suspended.
  const void* saved_sp() const noexcept { return sp_; }

 private:
  // [doc:context-words]
  friend struct detail::Access;
  // owner only: whoever may resume the context
  void* sp_ = nullptr;
  detail::ExceptionWords exceptions_;
  int errno_ = 0;
  // owner only, used by the fcontext backend while a switch is under way
  void* message_ = nullptr;
  Context* resumer_ = nullptr;
  // constant after prepare
  Entry entry_ = nullptr;
  void* argument_ = nullptr;
  // [/doc:context-words]
#if defined(STRATA_CONTEXT_SANITIZED)
  // owner only: what sanitizers must be told, see src/os/sanitizer.hpp
  const void* stack_lo_ = nullptr;
  std::size_t stack_bytes_ = 0;
  void* asan_fake_stack_ = nullptr;
  void* tsan_fiber_ = nullptr;
  int tsan_uses_ = 0;
#endif
};

/// Makes a context that starts `entry(message, argument)` on a stack.
///
/// @param context receives the new flow; the flow it held has ended.
/// @param stack at least 1 KiB, borrowed until the flow has ended.
/// @param entry see `Entry`. @param argument passed on, borrowed.
/// @pre No flow runs or waits on `stack`.
void prepare(Context& context, const Stack& stack, Entry entry,
             void* argument) noexcept;

/// Makes the running flow of the calling thread a context that can be the
/// `from` of a switch: needed once for each stack that `prepare` did not
/// make.
/// @param context receives the flow when it switches away.
void adopt_thread(Context& context) noexcept;

/// Tells sanitizers that a flow has ended and its frames are gone. They
/// keep what the next `prepare` of the same context can use again.
/// @param context of a flow that left by `exit_to`.
/// @pre Called on another stack than the context's.
#if defined(STRATA_CONTEXT_SANITIZED)
void flow_ended(Context& context) noexcept;
#else
inline void flow_ended(Context& context [[maybe_unused]]) noexcept {}
#endif

/// Frees what sanitizers keep about a flow that has ended or never ran.
/// @param context not running and never resumed again.
/// @pre Called on another stack than the context's.
void destroy_fiber(Context& context) noexcept;

namespace detail {

extern "C" {
// src/arch/<arch>/jump.S. Saves the callee-saved registers on the running
// stack, stores sp to *from_sp, continues at to_sp and returns message
// there.
void* strata_context_jump(void** from_sp, void* to_sp, void* message);

// What jump_fcontext returns: the resumer's registers and its message.
struct FcontextTransfer {
  void* context;
  void* data;
};
// src/arch/<arch>/fcontext.S. Enters Boost's jump_fcontext balanced.
FcontextTransfer strata_fcontext_jump(void* to, void* data);
}

// Switches with the project's own assembly.
struct AsmBackend {
  static void start(Context& context, const Stack& stack, Entry entry,
                    void* argument) noexcept;
  static void* jump(Context& from, Context& to, void* message);
};

// Switches with Boost.Context's assembly, entered so that call and ret
// match.
struct FcontextBackend {
  static void start(Context& context, const Stack& stack, Entry entry,
                    void* argument) noexcept;
  static void* jump(Context& from, Context& to, void* message);
};

#if defined(STRATA_SWITCH_ASM) && STRATA_SWITCH_ASM
using Backend = AsmBackend;
#else
using Backend = FcontextBackend;
#endif

// The one door to the private parts of a context.
struct Access {
  static void*& sp(Context& c) { return c.sp_; }
  static void*& message(Context& c) { return c.message_; }
  static Context*& resumer(Context& c) { return c.resumer_; }
  static Entry& entry(Context& c) { return c.entry_; }
  static void*& argument(Context& c) { return c.argument_; }
  static ExceptionWords& exceptions(Context& c) { return c.exceptions_; }
  static int& saved_errno(Context& c) { return c.errno_; }
#if defined(STRATA_CONTEXT_SANITIZED)
  static const void*& stack_lo(Context& c) { return c.stack_lo_; }
  static std::size_t& stack_bytes(Context& c) { return c.stack_bytes_; }
  static void*& asan_fake_stack(Context& c) { return c.asan_fake_stack_; }
  static void*& tsan_fiber(Context& c) { return c.tsan_fiber_; }
  static int& tsan_uses(Context& c) { return c.tsan_uses_; }
#endif
};

inline void* AsmBackend::jump(Context& from, Context& to, void* message) {
  return strata_context_jump(&Access::sp(from), Access::sp(to), message);
}

// [doc:fcontext-jump]
inline void* FcontextBackend::jump(Context& from, Context& to,
                                   void* message) {
  Access::resumer(to) = &from;
  Access::message(to) = message;
  FcontextTransfer arrived = strata_fcontext_jump(Access::sp(to), &to);
  // Resumed: Boost hands over the resumer's stack pointer here, and only
  // now may anyone else see the resumer. `self` is `from`, but in a
  // register.
  Context& self = *static_cast<Context*>(arrived.data);
  Access::sp(*Access::resumer(self)) = arrived.context;
  return Access::message(self);
}
// [/doc:fcontext-jump]

// Exchanges the thread's words for those of the context that comes next.
// [doc:carry-thread-words]
inline void carry_thread_words(const ThreadAnchors& anchors, Context& from,
                               Context& to) {
  int& thread_errno = *anchors.errno_address;
  ExceptionWords& thread_exceptions = *anchors.exceptions;
  const ExceptionWords mine = thread_exceptions;
  const ExceptionWords theirs = Access::exceptions(to);
  Access::saved_errno(from) = thread_errno;
  Access::exceptions(from) = mine;
  if (thread_errno != Access::saved_errno(to)) {
    thread_errno = Access::saved_errno(to);
  }
  if (mine.caught != theirs.caught || mine.uncaught != theirs.uncaught) {
    thread_exceptions = theirs;
  }
}
// [/doc:carry-thread-words]

// The parts of a backend that `prepare` and the switches are made of, with
// the backend spelled out: tests and benches run both side by side.
template <class ChosenBackend>
void prepare_with(Context& context, const Stack& stack, Entry entry,
                  void* argument) noexcept;
template <class ChosenBackend>
void* switch_noted(const ThreadAnchors& anchors, Context& from, Context& to,
                   void* message);
template <class ChosenBackend>
[[noreturn]] void exit_with(const ThreadAnchors& anchors, Context& dead,
                            Context& to, void* message);

template <class ChosenBackend>
// [doc:switch-with]
inline void* switch_with(const ThreadAnchors& anchors, Context& from,
                         Context& to, void* message) {
#if defined(STRATA_CONTEXT_SANITIZED)
  return switch_noted<ChosenBackend>(anchors, from, to, message);
#else
  carry_thread_words(anchors, from, to);
  return ChosenBackend::jump(from, to, message);
#endif
}
// [/doc:switch-with]

}  // namespace detail

/// Suspends the running flow into `from` and continues `to`.
///
/// @param anchors of the calling thread.
/// @param from receives the running flow; not yet visible to anybody else.
/// @param to a suspended or fresh flow; consumed by this call.
/// @param message handed to the resumed side, not interpreted.
/// @return the message of whoever resumes `from`, maybe on another thread.
/// @pre The caller runs on `from`'s stack; `from` and `to` differ.
/// @blocks{G}
inline void* switch_to(const ThreadAnchors& anchors, Context& from,
                       Context& to, void* message) {
  return detail::switch_with<detail::Backend>(anchors, from, to, message);
}

/// Leaves the running flow for good and continues `to`.
///
/// @param anchors of the calling thread.
/// @param dead the running flow, never resumed; its stack may be reused as
///        soon as `to` runs.
/// @param to as in `switch_to`. @param message as in `switch_to`.
[[noreturn]] inline void exit_to(const ThreadAnchors& anchors,
                                 Context& dead, Context& to,
                                 void* message) {
  detail::exit_with<detail::Backend>(anchors, dead, to, message);
}

/// Puts a context's own errno back into the thread after runtime code, run
/// on its behalf since it was resumed, may have changed it.
/// @param anchors of the calling thread. @param context the running flow.
inline void restore_errno(const ThreadAnchors& anchors,
                          Context& context) noexcept {
  *anchors.errno_address = detail::Access::saved_errno(context);
}

}  // namespace strata::context
