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
// [doc:asm-jump-aarch64]
strata_context_jump:
        .cfi_startproc
        BTI_C
        // [lab 01.1 begin]
        sub     sp, sp, #FRAME_BYTES
        .cfi_def_cfa_offset FRAME_BYTES
        stp     d8, d9, [sp, #0]
        .cfi_offset 72, -176
        .cfi_offset 73, -168
        stp     d10, d11, [sp, #16]
        .cfi_offset 74, -160
        .cfi_offset 75, -152
        stp     d12, d13, [sp, #32]
        .cfi_offset 76, -144
        .cfi_offset 77, -136
        stp     d14, d15, [sp, #48]
        .cfi_offset 78, -128
        .cfi_offset 79, -120
        stp     x19, x20, [sp, #64]
        .cfi_offset x19, -112
        .cfi_offset x20, -104
        stp     x21, x22, [sp, #80]
        .cfi_offset x21, -96
        .cfi_offset x22, -88
        stp     x23, x24, [sp, #96]
        .cfi_offset x23, -80
        .cfi_offset x24, -72
        stp     x25, x26, [sp, #112]
        .cfi_offset x25, -64
        .cfi_offset x26, -56
        stp     x27, x28, [sp, #128]
        .cfi_offset x27, -48
        .cfi_offset x28, -40
        stp     x29, x30, [sp, #144]
        .cfi_offset x29, -32
        .cfi_offset x30, -24
        mrs     x3, fpcr
        str     x3, [sp, #160]

        // Both stacks hold the same layout, so the CFI stays true across the
        // switch: before it the rules name our caller, after it the other.
        mov     x4, sp
        str     x4, [x0]
        mov     sp, x1
        mov     x0, x2

        ldr     x4, [sp, #160]
        cmp     x3, x4
        b.ne    2f
1:      ldp     d8, d9, [sp, #0]
        ldp     d10, d11, [sp, #16]
        ldp     d12, d13, [sp, #32]
        ldp     d14, d15, [sp, #48]
        ldp     x19, x20, [sp, #64]
        ldp     x21, x22, [sp, #80]
        ldp     x23, x24, [sp, #96]
        ldp     x25, x26, [sp, #112]
        ldp     x27, x28, [sp, #128]
        ldp     x29, x30, [sp, #144]
        .cfi_remember_state
        add     sp, sp, #FRAME_BYTES
        .cfi_def_cfa_offset 0
        .cfi_restore 72
        .cfi_restore 73
        .cfi_restore 74
        .cfi_restore 75
        .cfi_restore 76
        .cfi_restore 77
        .cfi_restore 78
        .cfi_restore 79
        .cfi_restore x19
        .cfi_restore x20
        .cfi_restore x21
        .cfi_restore x22
        .cfi_restore x23
        .cfi_restore x24
        .cfi_restore x25
        .cfi_restore x26
        .cfi_restore x27
        .cfi_restore x28
        .cfi_restore x29
        .cfi_restore x30
        ret
        .cfi_restore_state
2:      msr     fpcr, x4
        b       1b
        // [lab 01.1 else]
        //| // On entry: x0 says where this side's stack pointer goes, x1 is
        //| // the other side's stack pointer, x2 the message. Leave on this
        //| // stack what SavedFrame (backend_asm.cpp) says, in its order, go
        //| // to the other stack, take the same things from there, and return
        //| // the message. The .cfi lines tell debuggers and exceptions where
        //| // the caller's registers lie after each step.
        //| udf     #0
        // [lab 01.1 end]
        .cfi_endproc
// [/doc:asm-jump-aarch64]
        .size   strata_context_jump, . - strata_context_jump

        .section .note.GNU-stack, "", %progbits

#endif  // __aarch64__
