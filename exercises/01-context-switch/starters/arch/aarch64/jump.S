// Starter of lab 01.1. Yours: edit between the lines marked YOURS.
/// @file
/// @brief Switches stacks on aarch64 (AAPCS64).
///
/// Story
///   As on x86-64: a switch that looks like a call saves what the ABI lets a
///   callee keep, here x19 to x30, d8 to d15 (of the vector registers only the
///   low halves are the callee's) and FPCR. It is entered by `bl` and left by
///   `ret`, which is what the return predictor counts.
///
/// Invariants
///   I-01.3, I-01.7 (switch.hpp). FPCR (rounding, traps) is carried; FPSR
///   (status flags) is not: the ABI gives it to whoever runs. SVE state beyond
///   d8-d15 is dead at a call to a function of the base standard.
///
/// Source
///   Procedure Call Standard for the Arm 64-bit Architecture, section 6.1.

#if defined(__aarch64__)

// `bti c` for callers by `blr`; a hint, so older processors ignore it.
#define BTI_C hint 34
#define FRAME_BYTES 176
// The assembler knows d8 to d15 in unwind rules by number only: 72 to 79.

        .text
        .p2align 6
        .globl  strata_context_jump
        .hidden strata_context_jump
        .type   strata_context_jump, %function
// void* strata_context_jump(void** from_sp, void* to_sp, void* message)
//                           x0              x1           x2 -> x0
strata_context_jump:
        .cfi_startproc
        BTI_C
        // YOURS, lab 01.1: begin
        // On entry: x0 says where this side's stack pointer goes, x1 is
        // the other side's stack pointer, x2 the message. Leave on this
        // stack what SavedFrame (backend_asm.cpp) says, in its order, go
        // to the other stack, take the same things from there, and return
        // the message. The .cfi lines tell debuggers and exceptions where
        // the caller's registers lie after each step.
        udf     #0
        // YOURS, lab 01.1: end
        .cfi_endproc
        .size   strata_context_jump, . - strata_context_jump

        .section .note.GNU-stack, "", %progbits

#endif  // __aarch64__
