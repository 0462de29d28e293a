/// @file
/// @brief Turns a fault on a goroutine's stack into a report, not a riddle.
///
/// Story
///   A goroutine that recurses too deep touches the guard below its stack.
///   The kernel raises SIGSEGV, which cannot be handled on the stack that
///   just ended; each thread therefore has an alternate one. The handler
///   asks the pool whose guard it was and prints what Go prints. An
///   exception that leaves a goroutine's first function ends in
///   std::terminate while all its frames still stand; that report is made
///   here too.
///
/// Invariants
///   I-01.12 A report ends the process with status 2, whatever comes first.
///
/// Not done
///   Turning a null dereference into an exception: needs a compiler that
///   lets any load throw, and g++ alone does, without link-time
///   optimization.
///
/// Source
///   Go runtime/stack.go: newstack; runtime/signal_unix.go: sigpanic.
#pragma once

#include "strata/context/stack_pool.hpp"

namespace strata::context {

/// Installs the process's handlers for faults and for uncaught exceptions.
///
/// A hit in a guard of `pool` is reported as a stack overflow with the
/// frames of the goroutine. Any other fault goes to the handler that was
/// installed before, if there was one, else it is reported with address and
/// frames. An uncaught exception on a stack of `pool` is reported as a
/// panic; elsewhere it goes to the terminate handler before. Every report
/// ends the process.
/// @param pool borrowed until `remove_fault_handlers`.
/// @return 0, or errno.
/// @pre Not installed. Threads that run goroutines hold an
///      `os::AlternateStack`.
[[nodiscard]] int install_fault_handlers(const StackPool& pool) noexcept;

/// Puts the handlers back that were there before.
void remove_fault_handlers() noexcept;

}  // namespace strata::context
