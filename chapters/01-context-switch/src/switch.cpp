/// @file
/// @brief Starts flows on fresh stacks, and the switches as sanitizers see
/// it.
#include "strata/context/switch.hpp"

#include <cxxabi.h>

#include <cerrno>
#include <cstdint>

#include "os/sanitizer.hpp"
#include "strata/base/assert.hpp"
#include "strata/base/fatal.hpp"

namespace strata::context {

// The base of every prepared stack; called by strata_context_entry. Not
// noexcept and without a handler: an exception that nobody catches must
// find no frame that would take it, so that std::terminate runs while the
// goroutine's frames still exist. Visible by name: it ends every traceback.
// [doc:begin]
extern "C" [[noreturn]] void strata_context_begin(void* message,
                                                  Entry entry,
                                                  void* argument) {
  const auto frame =
      reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  STRATA_ASSERT(frame % 16 == 0, "I-01.4: a fresh stack starts aligned");
  sanitizer::note_arrived(nullptr);
  entry(message, argument);
  fatal("context: an entry function returned");
}
// [/doc:begin]

// Called by strata_fcontext_entry (fcontext.S). `resumed` is the fresh
// context itself; the resumer's stack pointer is stored first of all.
extern "C" [[noreturn]] void strata_fcontext_begin(void* resumer_sp,
                                                   void* resumed) {
  using detail::Access;
  Context& self = *static_cast<Context*>(resumed);
  Access::sp(*Access::resumer(self)) = resumer_sp;
  strata_context_begin(Access::message(self), Access::entry(self),
                       Access::argument(self));
}

ThreadAnchors thread_anchors() noexcept {
  void* exceptions = abi::__cxa_get_globals();
  return {&errno, static_cast<detail::ExceptionWords*>(exceptions)};
}

void prepare(Context& context, const Stack& stack, Entry entry,
             void* argument) noexcept {
  detail::prepare_with<detail::Backend>(context, stack, entry, argument);
}

void adopt_thread(Context& context) noexcept {
  sanitizer::note_adopted(context);
}

#if defined(STRATA_CONTEXT_SANITIZED)
void flow_ended(Context& context) noexcept {
  sanitizer::note_ended(context);
}
#endif

void destroy_fiber(Context& context) noexcept {
  sanitizer::note_destroyed(context);
}

namespace detail {

template <class ChosenBackend>
void prepare_with(Context& context, const Stack& stack, Entry entry,
                  void* argument) noexcept {
  STRATA_ASSERT(entry != nullptr, "context: a flow needs a function");
  STRATA_ASSERT(stack.lo != nullptr && stack.bytes() >= 1024,
                "context: a flow needs a stack");
  Access::exceptions(context) = ExceptionWords{};
  Access::saved_errno(context) = 0;
  ChosenBackend::start(context, stack, entry, argument);
  sanitizer::note_prepared(context, stack);
}

template <class ChosenBackend>
void* switch_noted(const ThreadAnchors& anchors, Context& from, Context& to,
                   void* message) {
  carry_thread_words(anchors, from, to);
  sanitizer::note_leaving(from, to, false);
  void* answer = ChosenBackend::jump(from, to, message);
  sanitizer::note_arrived(&from);
  return answer;
}

template <class ChosenBackend>
// [doc:exit-with]
[[noreturn]] void exit_with(const ThreadAnchors& anchors, Context& dead,
                            Context& to, void* message) {
  carry_thread_words(anchors, dead, to);
  sanitizer::note_leaving(dead, to, true);
  ChosenBackend::jump(dead, to, message);
  fatal("context: a flow that had ended was resumed");
}
// [/doc:exit-with]

// Both backends exist in every build: tests and benches compare them.
#define STRATA_CONTEXT_INSTANTIATE(Chosen)                            \
  template void prepare_with<Chosen>(Context&, const Stack&, Entry,   \
                                     void*) noexcept;                 \
  template void* switch_noted<Chosen>(const ThreadAnchors&, Context&, \
                                      Context&, void*);               \
  template void exit_with<Chosen>(const ThreadAnchors&, Context&,     \
                                  Context&, void*);
#if defined(__x86_64__) || defined(__aarch64__)
STRATA_CONTEXT_INSTANTIATE(AsmBackend)
#endif
#if !defined(STRATA_SWITCH_NO_FCONTEXT)
STRATA_CONTEXT_INSTANTIATE(FcontextBackend)
#endif
#undef STRATA_CONTEXT_INSTANTIATE

}  // namespace detail
}  // namespace strata::context
