/// @file
/// @brief Implements fibers over ucontext (first entry) and setjmp (later).
///
/// Not done
///   ThreadSanitizer. All virtual threads share one OS thread, so it could
///   see no race; explorer tests are left out of such builds.

// The checked longjmp refuses to jump to a frame of another stack.
#undef _FORTIFY_SOURCE

#include "explorer_fiber.hpp"

#include "strata/base/assert.hpp"
#include "strata/os/mapping.hpp"

#include <csetjmp>

#include <ucontext.h>

#if defined(__SANITIZE_ADDRESS__)
#define STRATA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STRATA_ASAN 1
#endif
#endif

#if STRATA_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#endif

namespace strata::testkit {
namespace {

constexpr std::size_t kStackBytes = std::size_t{256} << 10;
constexpr std::size_t kGuardBytes = std::size_t{64} << 10;

// The two ends of the switch under way. Explorations do not nest, and run
// on one OS thread.
Fiber* g_leaving = nullptr;
Fiber* g_arriving = nullptr;

}  // namespace

struct Fiber::State {
  // constant after init
  Entry entry = nullptr;
  void* argument = nullptr;
  os::Mapping mapping;
  ucontext_t first;  // how it is entered

  // written when it is left
  std::jmp_buf left;
  bool entered = false;

  // What the address sanitizer wants to know of the stack in use.
  void* fake_stack = nullptr;
  const void* stack = nullptr;
  std::size_t stack_bytes = 0;

#if STRATA_ASAN
  void note_leaving(const State& next) {
    __sanitizer_start_switch_fiber(&fake_stack, next.stack,
                                   next.stack_bytes);
  }
  // On arrival it tells which stack was left: the code under test may have
  // changed stacks itself since its fiber was entered.
  void note_arrival(State& before) {
    __sanitizer_finish_switch_fiber(fake_stack, &before.stack,
                                    &before.stack_bytes);
  }
  // An abandoned stack owns what it points to.
  void note_made() { __lsan_register_root_region(stack, stack_bytes); }
  void note_unmade() {
    __lsan_unregister_root_region(own_stack(), kStackBytes);
    __asan_unpoison_memory_region(own_stack(), kStackBytes);
  }
#else
  void note_leaving(const State&) {}
  void note_arrival(State&) {}
  void note_made() {}
  void note_unmade() {}
#endif

  [[nodiscard]] std::byte* own_stack() const {
    return mapping.data() + kGuardBytes;
  }
};

Fiber::Fiber() : state_(std::make_unique<State>()) {
  state_->entered = true;
}

Fiber::Fiber(Entry entry, void* argument)
    : state_(std::make_unique<State>()) {
  State& state = *state_;
  state.entry = entry;
  state.argument = argument;
  int error = 0;
  state.mapping = os::Mapping::reserve(kGuardBytes + kStackBytes, error);
  STRATA_ASSERT(error == 0, "explorer: no memory for a stack");
  error = os::protect_from_access({state.mapping.data(), kGuardBytes});
  STRATA_ASSERT(error == 0, "explorer: no mapping for a guard");
  state.stack = state.own_stack();
  state.stack_bytes = kStackBytes;
  state.note_made();
  getcontext(&state.first);
  state.first.uc_stack.ss_sp = state.own_stack();
  state.first.uc_stack.ss_size = kStackBytes;
  state.first.uc_link = nullptr;
  makecontext(&state.first, &Fiber::enter, 0);
}

Fiber::~Fiber() {
  if (state_->mapping) state_->note_unmade();
}

void Fiber::enter() {
  State& self = *g_arriving->state_;
  self.note_arrival(*g_leaving->state_);
  self.entry(self.argument);
  STRATA_UNREACHABLE("explorer: a fiber's entry returned");
}

// [doc:explorer-switch]
void Fiber::switch_to(Fiber& next) {
  g_leaving = this;
  g_arriving = &next;
  state_->note_leaving(*next.state_);
  if (_setjmp(state_->left) == 0) {
    if (next.state_->entered) _longjmp(next.state_->left, 1);
    next.state_->entered = true;
    setcontext(&next.state_->first);
  }
  state_->note_arrival(*g_leaving->state_);
}
// [/doc:explorer-switch]

}  // namespace strata::testkit
