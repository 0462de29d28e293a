// Starter of lab 01.2. Yours: edit between the lines marked YOURS.
/// @file
/// @brief Starts a flow on x86-64: the first code on a fresh stack.
///
/// Story
///   A fresh stack has no caller. The switch returns into this code, which
///   turns the registers of the first frame into the arguments of a C++
///   function and calls it, with the stack aligned as for any call. Here every
///   walk up the stack ends.
///
/// Invariants
///   I-01.4 (switch.hpp).
///
/// Source
///   System V ABI, AMD64 supplement, 3.2.2 and 3.4.1; DWARF 5, 6.4.4.

#if defined(__x86_64__)

#if defined(__CET__)
#include <cet.h>
#else
#define _CET_ENDBR
#endif

        .text
        .p2align 4
        .globl  strata_context_entry
        .type   strata_context_entry, @function
// Where the first `ret` onto a fresh stack arrives. rax holds the message,
// r12 and r13 what AsmBackend::start put into the fresh frame.
strata_context_entry:
        .cfi_startproc
        // YOURS, lab 01.2: begin
        // On entry: rax holds the message, r12 the entry function and r13
        // its argument. Call strata_context_begin(message, entry,
        // argument). A walk up the stack must end here, by frame pointer
        // and by unwind table, and nothing may be executed if the call
        // comes back.
        ud2
        // YOURS, lab 01.2: end
        .cfi_endproc
        .size   strata_context_entry, . - strata_context_entry

        .section .note.GNU-stack, "", @progbits

#endif  // __x86_64__
