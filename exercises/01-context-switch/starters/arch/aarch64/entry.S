// Starter of lab 01.2. Yours: edit between the lines marked YOURS.
/// @file
/// @brief Starts a flow on aarch64: the first code on a fresh stack.
///
/// Story
///   As on x86-64: the switch returns into this code, which moves the
///   registers of the first frame to where a call of the standard has its
///   arguments. Here every walk up the stack ends.
///
/// Invariants
///   I-01.4 (switch.hpp).
///
/// Source
///   Procedure Call Standard for the Arm 64-bit Architecture, section 6;
///   DWARF 5, 6.4.4.

#if defined(__aarch64__)

        .text
        .p2align 4
        .globl  strata_context_entry
        .type   strata_context_entry, %function
// Where the first `ret` onto a fresh stack arrives. x0 holds the message, x19
// and x20 what AsmBackend::start put into the fresh frame.
strata_context_entry:
        .cfi_startproc
        // YOURS, lab 01.2: begin
        // On entry: x0 holds the message, x19 the entry function and x20
        // its argument. Call strata_context_begin(message, entry,
        // argument). A walk up the stack must end here, by frame pointer,
        // link register and unwind table, and nothing may be executed if
        // the call comes back.
        udf     #0
        // YOURS, lab 01.2: end
        .cfi_endproc
        .size   strata_context_entry, . - strata_context_entry

        .section .note.GNU-stack, "", %progbits

#endif  // __aarch64__
