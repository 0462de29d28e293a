/// @file
/// @brief Switches stacks and forgets five registers: a bug to look at.
///
/// Story
///   With the stack and the frame pointer both stories go on at the right
///   line. But each keeps its counter in a register that the calling
///   convention says a callee gives back, and this callee does not. What
///   comes back is the other story's counter.
///
/// Source
///   What would falsify it: "main: 1", 2, 3 in an optimized build.
#include <array>
#include <cstdint>
#include <cstdio>

#if defined(__x86_64__)

// [doc:step-forgetful-switch]
// void switch_forgetful(void** save_sp, void* load_sp)
asm(R"(
        .globl  switch_forgetful
switch_forgetful:
        pushq   %rbp
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        popq    %rbp
        ret
)");
extern "C" void switch_forgetful(void** save_sp, void* load_sp);
// [/doc:step-forgetful-switch]

namespace {

void* g_main_sp;
void* g_flow_sp;
alignas(16) std::array<std::byte, 64 * 1024> g_stack;

[[gnu::noinline]] void to_flow() {
  switch_forgetful(&g_main_sp, g_flow_sp);
}
[[gnu::noinline]] void to_main() {
  switch_forgetful(&g_flow_sp, g_main_sp);
}
[[gnu::noinline]] void say_flow(int count) {
  std::printf("          flow: %d\n", count);
}
[[gnu::noinline]] void say_main(int count) {
  std::printf("main: %d\n", count);
}

// The asm puts a counter where an optimizer would keep it anyway: in rbx.
// [doc:step-forgetful-stories]
void flow() {
  for (int count = 100;; ++count) {
    say_flow(count);
    asm volatile("" : "+b"(count));
    to_main();
  }
}

void count_to_three() {
  for (int count = 1; count <= 3; ++count) {
    say_main(count);
    asm volatile("" : "+b"(count));
    to_flow();
    asm volatile("" : "+b"(count));
  }
  std::printf("main counted to three, it thinks\n");
}
// [/doc:step-forgetful-stories]

}  // namespace

int main() {
  auto* top = reinterpret_cast<std::uint64_t*>(g_stack.end());
  *--top = 0;
  *--top = reinterpret_cast<std::uint64_t>(&flow);
  *--top = 0;
  g_flow_sp = top;
  count_to_three();
}

#else
int main() { std::printf("this step is written for x86-64\n"); }
#endif
