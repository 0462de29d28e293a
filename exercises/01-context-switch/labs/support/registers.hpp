/// @file
/// @brief Fills the callee-saved registers, calls, and counts what is lost.
#pragma once

#include <cstdint>

namespace strata::context::lab {

#if defined(__x86_64__)
/// Fills rbx and r12 to r14 from `seed`, calls `f(argument)` and counts
/// those that came back changed; r15 and rbp are the caller's own, and a
/// loss of theirs is a crash.
[[gnu::noinline]] inline int registers_lost(void (*f)(void*),
                                            void* argument,
                                            std::uint64_t seed) {
  auto lost = reinterpret_cast<std::uint64_t>(f);  // rax: in f, out lost
  asm volatile(
      "movq %%rsp, %%r15\n\t"
      "subq $256, %%rsp\n\t"
      "andq $-16, %%rsp\n\t"
      "movq %%rdx, %%rbx\n\t"
      "leaq 1(%%rbx), %%r12\n\t"
      "leaq 2(%%rbx), %%r13\n\t"
      "leaq 3(%%rbx), %%r14\n\t"
      "movq %%rbx, (%%rsp)\n\t"
      "callq *%%rax\n\t"
      "xorl %%eax, %%eax\n\t"
      "xorl %%ecx, %%ecx\n\t"
      "movq (%%rsp), %%rdx\n\t"
      "cmpq %%rdx, %%rbx\n\t"
      "setne %%cl\n\t"
      "addl %%ecx, %%eax\n\t"
      "leaq 1(%%rdx), %%rsi\n\t"
      "cmpq %%rsi, %%r12\n\t"
      "setne %%cl\n\t"
      "addl %%ecx, %%eax\n\t"
      "leaq 2(%%rdx), %%rsi\n\t"
      "cmpq %%rsi, %%r13\n\t"
      "setne %%cl\n\t"
      "addl %%ecx, %%eax\n\t"
      "leaq 3(%%rdx), %%rsi\n\t"
      "cmpq %%rsi, %%r14\n\t"
      "setne %%cl\n\t"
      "addl %%ecx, %%eax\n\t"
      "movq %%r15, %%rsp\n\t"
      : "+a"(lost), "+D"(argument), "+d"(seed)
      :
      : "rbx", "rcx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
        "r15", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",
        "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
        "xmm15", "cc", "memory");
  return static_cast<int>(lost);
}
#else
/// Fills x19, x23, x28, d8 and d15 from `seed`, calls `f(argument)` and
/// counts those that came back changed.
[[gnu::noinline]] inline int registers_lost(void (*f)(void*),
                                            void* argument,
                                            std::uint64_t seed) {
  register std::uint64_t a asm("x19") = seed + 1;
  register std::uint64_t b asm("x23") = seed + 2;
  register std::uint64_t c asm("x28") = seed + 3;
  register double d asm("d8") = static_cast<double>(seed) + 0.5;
  register double e asm("d15") = static_cast<double>(seed) + 0.25;
  asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+w"(d), "+w"(e));
  f(argument);
  asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+w"(d), "+w"(e));
  return (a != seed + 1) + (b != seed + 2) + (c != seed + 3) +
         (d != static_cast<double>(seed) + 0.5) +
         (e != static_cast<double>(seed) + 0.25);
}
#endif

}  // namespace strata::context::lab
