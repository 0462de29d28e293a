/// @file
/// @brief Tells ASan, TSan and Valgrind what a stack switch is.
///
/// Story
///   Each tool keeps its own idea of where the stack is. Without these
///   notes ASan reports frames of the new stack as wild, TSan sees two
///   flows as one thread, and Valgrind believes the program allocated
///   gigabytes of stack. In builds without a sanitizer everything here is
///   empty.
#pragma once

#include "strata/context/switch.hpp"

#if defined(STRATA_CONTEXT_SANITIZED)
#include <pthread.h>
#endif
#if defined(STRATA_CONTEXT_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(STRATA_CONTEXT_TSAN)
#include <sanitizer/tsan_interface.h>
#endif
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif

namespace strata::context::sanitizer {

using detail::Access;

#if defined(STRATA_CONTEXT_TSAN)
// Making a fiber takes ThreadSanitizer a millisecond, so a context that is
// used again keeps it; but a flow that leaves by `exit_to` leaves its
// frames on the fiber's shadow stack, which is finite, so not for ever.
inline void renew_tsan_fiber(Context& context) {
  constexpr int kUsesMax = 256;
  void*& fiber = Access::tsan_fiber(context);
  int& uses = Access::tsan_uses(context);
  if (fiber != nullptr && ++uses < kUsesMax) return;
  if (fiber != nullptr) __tsan_destroy_fiber(fiber);
  fiber = __tsan_create_fiber(0);
  uses = 0;
}
#endif

// A fresh flow on `stack`: whatever an earlier flow poisoned there is over.
inline void note_prepared([[maybe_unused]] Context& context,
                          [[maybe_unused]] const Stack& stack) {
#if defined(STRATA_CONTEXT_SANITIZED)
  Access::stack_lo(context) = stack.lo;
  Access::stack_bytes(context) = stack.bytes();
  Access::asan_fake_stack(context) = nullptr;
#endif
#if defined(STRATA_CONTEXT_ASAN)
  __asan_unpoison_memory_region(stack.lo, stack.bytes());
#endif
#if defined(STRATA_CONTEXT_TSAN)
  renew_tsan_fiber(context);
#endif
}

// The calling thread's own stack.
inline void note_adopted([[maybe_unused]] Context& context) {
#if defined(STRATA_CONTEXT_SANITIZED)
  pthread_attr_t attributes;
  void* lo = nullptr;
  std::size_t bytes = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &lo, &bytes);
    pthread_attr_destroy(&attributes);
  }
  Access::stack_lo(context) = lo;
  Access::stack_bytes(context) = bytes;
#endif
#if defined(STRATA_CONTEXT_TSAN)
  Access::tsan_fiber(context) = __tsan_get_current_fiber();
#endif
}

// Right before the switch. A dead flow gives up its fake stack.
// [doc:note-leaving]
inline void note_leaving([[maybe_unused]] Context& from,
                         [[maybe_unused]] Context& to,
                         [[maybe_unused]] bool dead) {
#if defined(STRATA_CONTEXT_ASAN)
  __sanitizer_start_switch_fiber(
      dead ? nullptr : &Access::asan_fake_stack(from), Access::stack_lo(to),
      Access::stack_bytes(to));
#endif
#if defined(STRATA_CONTEXT_TSAN)
  __tsan_switch_to_fiber(Access::tsan_fiber(to), 0);
#endif
}
// [/doc:note-leaving]

// First thing on the resumed side; null on a stack's very first arrival.
inline void note_arrived([[maybe_unused]] Context* self) {
#if defined(STRATA_CONTEXT_ASAN)
  void* fake = self != nullptr ? Access::asan_fake_stack(*self) : nullptr;
  __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
}

// The flow has ended; another flow says so. Its frames are gone, although
// it never returned from them: the memory is free for other use.
inline void note_ended([[maybe_unused]] Context& context) {
#if defined(STRATA_CONTEXT_ASAN)
  __asan_unpoison_memory_region(Access::stack_lo(context),
                                Access::stack_bytes(context));
#endif
}

// The context is used no more.
inline void note_destroyed([[maybe_unused]] Context& context) {
#if defined(STRATA_CONTEXT_TSAN)
  if (Access::tsan_fiber(context) != nullptr) {
    __tsan_destroy_fiber(Access::tsan_fiber(context));
    Access::tsan_fiber(context) = nullptr;
  }
#endif
}

// Valgrind's number for a stack; 0 outside Valgrind. Costs a few
// instructions that do nothing when Valgrind does not run the program.
inline unsigned register_stack([[maybe_unused]] const void* lo,
                               [[maybe_unused]] const void* hi) {
#if defined(VALGRIND_STACK_REGISTER)
  return VALGRIND_STACK_REGISTER(lo, hi);
#else
  return 0;
#endif
}

inline void deregister_stack([[maybe_unused]] unsigned number) {
#if defined(VALGRIND_STACK_DEREGISTER)
  VALGRIND_STACK_DEREGISTER(number);
#endif
}

// True when Valgrind runs the program.
inline bool under_valgrind() {
#if defined(RUNNING_ON_VALGRIND)
  return RUNNING_ON_VALGRIND != 0;
#else
  return false;
#endif
}

}  // namespace strata::context::sanitizer
