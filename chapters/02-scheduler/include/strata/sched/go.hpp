/// @file
/// @brief Starts goroutines and lets them take turns: `go` and `yield`.
///
/// Story
///   `go(f)` moves `f` to the top of a fresh stack and queues it; no heap
///   is involved. The caller keeps running. The new goroutine runs next on
///   this P unless an idle P fetches it first.
///
/// Source
///   Go spec, "Go statements"; runtime/proc.go: newproc, Gosched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#include "strata/context/stack.hpp"
#include "strata/sched/g.hpp"

namespace strata {

/// Says how a goroutine is to be started.
struct GoOptions {
  /// Usable stack in bytes, rounded up to a power of two.
  std::size_t stack_bytes = context::kDefaultStackBytes;
  /// Name for reports, copied; cut after 23 bytes. Empty: none.
  std::string_view name = {};
};

/// Largest function object `go` takes, in bytes. It lives on the
/// goroutine's stack; capture large data by pointer or by move.
inline constexpr std::size_t kMaxClosureBytes = 2048;

namespace sched::detail {

// Takes a dead record with a stack, and makes room for the closure on it.
G& make_goroutine(const GoOptions& options, std::size_t closure_bytes,
                  std::size_t closure_align);
// Queues the goroutine. Out of line: its return address says who called
// `go`.
void launch(G& g, void (*invoke)(void* closure));
// Gives back a record whose closure could not be made.
void discard(G& g) noexcept;
[[noreturn]] void fatal_nil_function();

template <class Body>
void invoke_closure(void* closure) {
  Body& body = *static_cast<Body*>(closure);
  body();
  body.~Body();
}

template <class Body>
constexpr bool kMayBeNil = std::is_pointer_v<Body> ||
                           (requires(const Body& body) {
                             body == nullptr;
                           } &&
                            !std::is_convertible_v<Body, void (*)()>);

}  // namespace sched::detail

/// Starts a goroutine that calls `function()` and ends when it returns.
///
/// @param options stack size and name.
/// @param function any callable without arguments, copied or moved; its
///        result is ignored. What it refers to must outlive the goroutine.
/// @pre Called on a goroutine.
/// @errors Ends the process with `go of nil func value` for an empty
///         function, and when no stack can be had. Throws
///         std::invalid_argument, and starts nothing, when `stack_bytes` is
///         0 or larger than `context::kMaxStackBytes`; what copying the
///         function throws.
/// @note An exception that leaves `function` ends the process.
/// @goname{go statement: newproc, proc.go}
template <class Function>
void go(const GoOptions& options, Function&& function) {
  using Body = std::decay_t<Function>;
  static_assert(std::is_invocable_v<Body&>, "go calls function()");
  static_assert(sizeof(Body) <= kMaxClosureBytes,
                "capture large data by pointer");
  constexpr bool kNamed =
      std::is_function_v<std::remove_reference_t<Function>>;
  if constexpr (sched::detail::kMayBeNil<Body> && !kNamed) {
    if (function == nullptr) sched::detail::fatal_nil_function();
  }
  sched::G& g =
      sched::detail::make_goroutine(options, sizeof(Body), alignof(Body));
  if constexpr (std::is_nothrow_constructible_v<Body, Function&&>) {
    ::new (g.closure) Body(std::forward<Function>(function));
  } else {
    try {
      ::new (g.closure) Body(std::forward<Function>(function));
    } catch (...) {
      sched::detail::discard(g);
      throw;
    }
  }
  sched::detail::launch(g, &sched::detail::invoke_closure<Body>);
}

/// Starts a goroutine with default options.
/// @param function as above. @errors as above.
template <class Function>
void go(Function&& function) {
  go(GoOptions{}, std::forward<Function>(function));
}

/// Lets other goroutines run: the caller goes to the end of the global
/// queue.
/// @pre Called on a goroutine.
/// @blocks{G}
/// @goname{Gosched, proc.go}
void yield();

/// Names the calling goroutine in reports.
/// @param name copied, cut after 23 bytes. @pre Called on a goroutine.
void set_goroutine_name(std::string_view name);

}  // namespace strata
