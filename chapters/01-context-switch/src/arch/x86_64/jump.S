/// @file
/// @brief Switches stacks on x86-64 (System V).
///
/// Story
///   Everything the ABI lets a callee destroy is dead at a call, so a switch
///   that looks like a call has to save only six registers and two control
///   words. It is entered by `call` and left by `ret`: the return address that
///   `ret` takes belongs to the other stack, yet usually to the same line of
///   code, so the processor predicts it right.
///
/// Invariants
///   I-01.3, I-01.7 (switch.hpp). MXCSR status flags are not carried: the ABI
///   gives them to whoever runs.
///
/// Source
///   System V ABI, AMD64 supplement, 3.2.1 and 3.2.2.

#if defined(__x86_64__)

#if defined(__CET__)
#include <cet.h>
#else
#define _CET_ENDBR
#endif

// The saved frame, from the stack pointer up:
//   0 mxcsr  4 x87 control word  8 r15  16 r14  24 r13  32 r12  40 rbx
//   48 rbp  56 return address
#define MXCSR_CONTROL_BITS 0xffc0

        .text
        .p2align 6
        .globl  strata_context_jump
        .hidden strata_context_jump
        .type   strata_context_jump, @function
// void* strata_context_jump(void** from_sp, void* to_sp, void* message)
//                           rdi             rsi          rdx -> rax
// [doc:asm-save-x86_64]
strata_context_jump:
        .cfi_startproc
        _CET_ENDBR
        // [lab 01.1 begin]
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbp, 0
        pushq   %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbx, 0
        pushq   %r12
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r12, 0
        pushq   %r13
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r13, 0
        pushq   %r14
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r14, 0
        pushq   %r15
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r15, 0
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        stmxcsr (%rsp)
        fnstcw  4(%rsp)

        movq    %rsp, (%rdi)
        // Both stacks hold the same layout, so the CFI stays true when the
        // stack changes: before it the rules name our caller, after it the
        // one that is resumed.
        movl    (%rsp), %ecx
        movzwl  4(%rsp), %r8d
// [/doc:asm-save-x86_64]
// [doc:asm-load-x86_64]
        movq    %rsi, %rsp
        movq    %rdx, %rax

        // Loading a control word costs more than comparing it.
        xorl    (%rsp), %ecx
        testl   $MXCSR_CONTROL_BITS, %ecx
        jne     2f
1:      cmpw    %r8w, 4(%rsp)
        jne     3f
4:      addq    $8, %rsp
        .cfi_remember_state
        .cfi_adjust_cfa_offset -8
        popq    %r15
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r15
        popq    %r14
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r14
        popq    %r13
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r13
        popq    %r12
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r12
        popq    %rbx
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbx
        popq    %rbp
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbp
        ret
// [/doc:asm-load-x86_64]
        .cfi_restore_state
2:      ldmxcsr (%rsp)
        jmp     1b
3:      fldcw   4(%rsp)
        jmp     4b
        // [lab 01.1 else]
        //| // On entry: rdi says where this side's stack pointer goes, rsi is
        //| // the other side's stack pointer, rdx the message. Leave on this
        //| // stack what SavedFrame (backend_asm.cpp) says, in its order, go
        //| // to the other stack, take the same things from there, and return
        //| // the message. The .cfi lines tell debuggers and exceptions where
        //| // the caller's registers lie after each push and pop.
        //| ud2
        // [lab 01.1 end]
        .cfi_endproc
        .size   strata_context_jump, . - strata_context_jump

        .section .note.GNU-stack, "", @progbits

#endif  // __x86_64__
