/// @file
/// @brief Makes the first frame with Boost.Context, and the one file that
///        includes it.
#include <boost/context/detail/fcontext.hpp>

#include "strata/base/assert.hpp"
#include "strata/context/switch.hpp"

namespace strata::context::detail {

namespace fc = boost::context::detail;

static_assert(sizeof(FcontextTransfer) == sizeof(fc::transfer_t));

extern "C" void strata_fcontext_entry(fc::transfer_t arrived);

#if !defined(__x86_64__)
// Other processors predict jump_fcontext's return by themselves: Boost
// leaves by a return instruction there, so a plain call is balanced
// already.
extern "C" [[noreturn]] void strata_fcontext_begin(void* resumer_sp,
                                                   void* resumed);

extern "C" FcontextTransfer strata_fcontext_jump(void* to, void* data) {
  const fc::transfer_t arrived = fc::jump_fcontext(to, data);
  return {arrived.fctx, arrived.data};
}

extern "C" void strata_fcontext_entry(fc::transfer_t arrived) {
  strata_fcontext_begin(arrived.fctx, arrived.data);
}
#endif

// [doc:fcontext-start]
void FcontextBackend::start(Context& context, const Stack& stack,
                            Entry entry, void* argument) noexcept {
  Access::entry(context) = entry;
  Access::argument(context) = argument;
  Access::sp(context) =
      fc::make_fcontext(stack.hi, stack.bytes(), &strata_fcontext_entry);
  STRATA_ASSERT(Access::sp(context) != nullptr, "context: no first frame");
}
// [/doc:fcontext-start]

}  // namespace strata::context::detail
