/// @file
/// @brief Enters Boost's jump_fcontext so that call and ret stay balanced.
///
/// Story
///   jump_fcontext takes its return address off the stack and jumps to it. A
///   plain call to it therefore leaves one entry too many in the processor's
///   return stack, and every return above mispredicts. Here the call into this
///   stub is answered by the stub's own `ret`; Boost's code, unmodified, is
///   reached and left by jumps only.
///
/// Invariants
///   I-01.3, I-01.4 (switch.hpp).

#if defined(__x86_64__)

#if defined(__CET__)
#include <cet.h>
#else
#define _CET_ENDBR
#endif

        .text
        .p2align 4
        .globl  strata_fcontext_jump
        .hidden strata_fcontext_jump
        .type   strata_fcontext_jump, @function
// FcontextTransfer strata_fcontext_jump(void* to, void* data)
// [doc:fcontext-stub-x86_64]
strata_fcontext_jump:
        .cfi_startproc
        _CET_ENDBR
        leaq    1f(%rip), %rax
        pushq   %rax
        .cfi_adjust_cfa_offset 8
        jmp     jump_fcontext@PLT
        .cfi_adjust_cfa_offset -8
1:      _CET_ENDBR
        ret
        .cfi_endproc
// [/doc:fcontext-stub-x86_64]
        .size   strata_fcontext_jump, . - strata_fcontext_jump

        .p2align 4
        .globl  strata_fcontext_entry
        .type   strata_fcontext_entry, @function
// The context function: a transfer arrives in rdi and rsi. The frame that
// Boost put below has no unwind information; this one says: stop here.
strata_fcontext_entry:
        .cfi_startproc
        .cfi_undefined %rip
        _CET_ENDBR
        xorl    %ebp, %ebp
        andq    $-16, %rsp
        call    strata_fcontext_begin@PLT
        ud2
        .cfi_endproc
        .size   strata_fcontext_entry, . - strata_fcontext_entry

        .section .note.GNU-stack, "", @progbits

#endif  // __x86_64__
