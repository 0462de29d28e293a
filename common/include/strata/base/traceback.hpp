/// @file
/// @brief Prints call stacks with function names.
///
/// Story
///   Two walkers for two situations. `print_stack_here` follows the
///   compiler's unwind tables: exact, for a thread that stands still in
///   ordinary code. `print_stack_from` follows the chain of frame pointers
///   and never leaves the stack it was given: for signal handlers, where a
///   damaged stack must not fault a second time. Names come from the
///   dynamic symbol table, so programs link with -rdynamic (a usage
///   requirement of Strata's targets).
///
/// Not done
///   File and line of user code need debug information; that is chapter
///   10's.
///
/// Source
///   Go runtime/traceback.go: 50 innermost and 50 outermost frames are
///   shown.
#pragma once

#include <cstdint>

namespace strata {

/// Prints the caller's stack to standard error, innermost frame first.
/// @param skip how many of the innermost frames to leave out, 0 or more.
void print_stack_here(int skip = 0);

/// Prints the stack of an interrupted context by its frame pointers.
/// @param pc the interrupted instruction.
/// @param frame_pointer the interrupted frame pointer register.
/// @param lo lowest address that may be read. @param hi one past the
/// highest.
/// @pre Safe in a signal handler; [lo, hi) is readable.
void print_stack_from(std::uintptr_t pc, std::uintptr_t frame_pointer,
                      std::uintptr_t lo, std::uintptr_t hi);

}  // namespace strata
