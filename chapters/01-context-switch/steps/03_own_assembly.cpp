/// @file
/// @brief The same again with fifteen instructions of our own.
///
/// Story
///   At a call the compiler assumes that most registers are lost. So a
///   switch that looks like a function call only has to keep the others:
///   six on x86-64. They go to the old stack, the stack pointer changes,
///   they come from the new one, and `ret` takes the return address found
///   there.
#include <array>
#include <cstdint>
#include <cstdio>

#if defined(__x86_64__)

// [doc:step-own-switch]
// void switch_stack(void** save_sp, void* load_sp)
asm(R"(
        .globl  switch_stack
switch_stack:
        pushq   %rbp
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        ret
)");
extern "C" void switch_stack(void** save_sp, void* load_sp);
// [/doc:step-own-switch]

namespace {

void* g_main_sp;
void* g_flow_sp;
alignas(16) std::array<std::byte, 64 * 1024> g_stack;

// [doc:step-own-flow]
// Its caller is nobody: it is entered by the `ret` above.
void flow() {
  for (int count = 1;; ++count) {
    std::printf("          flow: %d\n", count);
    switch_stack(&g_flow_sp, g_main_sp);
  }
}
// [/doc:step-own-flow]

// [doc:step-first-frame]
// Makes a stack look as if `flow` had been about to be returned to.
void* first_frame() {
  auto* top = reinterpret_cast<std::uint64_t*>(g_stack.end());
  *--top = 0;  // as after a call: the stack is off 16 by one word
  *--top = reinterpret_cast<std::uint64_t>(&flow);
  for (int saved = 0; saved < 6; ++saved) *--top = 0;
  return top;
}
// [/doc:step-first-frame]

}  // namespace

int main() {
  g_flow_sp = first_frame();
  for (int i = 1; i <= 3; ++i) {
    std::printf("main: %d\n", i);
    switch_stack(&g_main_sp, g_flow_sp);
  }
  std::printf(
      "\nNo system call, no library: two stacks and fifteen "
      "instructions.\n");
}

#else
int main() { std::printf("this step is written for x86-64\n"); }
#endif
