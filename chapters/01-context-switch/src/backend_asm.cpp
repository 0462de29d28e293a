/// @file
/// @brief Lays out the first frame that our own assembly resumes.
#include <cstdint>
#include <new>

#include "strata/base/assert.hpp"
#include "strata/context/switch.hpp"

#if defined(__x86_64__) || defined(__aarch64__)

namespace strata::context::detail {

extern "C" void strata_context_entry();

namespace {

#if defined(__x86_64__)
// [doc:saved-frame]
// What strata_context_jump (arch/x86_64/jump.S) pops.
struct SavedFrame {
  std::uint32_t mxcsr;
  std::uint16_t x87_control;
  std::uint16_t unused = 0;
  std::uint64_t r15 = 0;
  std::uint64_t r14 = 0;
  void* r13;  // the argument
  Entry r12;
  std::uint64_t rbx = 0;
  std::uint64_t rbp = 0;
  void (*return_address)();
};
static_assert(sizeof(SavedFrame) == 64);
// [/doc:saved-frame]

void fill(SavedFrame& frame, Entry entry, void* argument) {
  // A fresh flow inherits the control words of whoever prepares it.
  asm volatile("stmxcsr %0" : "=m"(frame.mxcsr));
  asm volatile("fnstcw %0" : "=m"(frame.x87_control));
  frame.r12 = entry;
  frame.r13 = argument;
  frame.return_address = &strata_context_entry;
}
#else
// What strata_context_jump (arch/aarch64/jump.S) loads.
struct SavedFrame {
  std::uint64_t d8_to_d15[8] = {};
  Entry x19;
  void* x20;  // the argument
  std::uint64_t x21_to_x28[8] = {};
  std::uint64_t x29 = 0;
  void (*x30)();
  std::uint64_t fpcr;
  std::uint64_t unused = 0;
};
static_assert(sizeof(SavedFrame) == 176);

void fill(SavedFrame& frame, Entry entry, void* argument) {
  // A fresh flow inherits the rounding mode of whoever prepares it.
  asm volatile("mrs %0, fpcr" : "=r"(frame.fpcr));
  frame.x19 = entry;
  frame.x20 = argument;
  frame.x30 = &strata_context_entry;
}
#endif

}  // namespace

// [doc:asm-start]
void AsmBackend::start(Context& context, const Stack& stack, Entry entry,
                       void* argument) noexcept {
  const auto top = reinterpret_cast<std::uintptr_t>(stack.hi) & ~15ULL;
  // After the last pop and the `ret` the stack pointer is `top`, aligned as
  // the entry code's own `call` needs it. Filled in place: copying narrow
  // stores by wide loads would stall the processor.
  auto* frame =
      new (reinterpret_cast<void*>(top - sizeof(SavedFrame))) SavedFrame{};
  fill(*frame, entry, argument);
  Access::sp(context) = frame;
}
// [/doc:asm-start]

}  // namespace strata::context::detail

#endif
