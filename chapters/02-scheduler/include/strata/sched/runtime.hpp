/// @file
/// @brief Runs a program on goroutines, and asks how it is doing.
///
/// Story
///   `run` turns the calling thread into the first M, starts the first
///   goroutine and returns when that goroutine's function returns: the
///   program is over then, whatever other goroutines are doing. They are
///   abandoned where they stand and their destructors do not run, as in Go.
///
/// Invariants
///   I-02.9 After `run` returned, no thread, no mapping and no goroutine of
///          it is left, and `run` may be called again.
///
/// Source
///   Go runtime/proc.go: schedinit, main, GOMAXPROCS; runtime/debug.go.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include "strata/sched/layer.hpp"

namespace strata {

/// Changes how many goroutines may run at once.
/// @param count from 1 to `sched::kMaxProcs`, larger ones count as that; 0
///        and negative ones change nothing.
/// @return the number before.
/// @pre Called on a goroutine.
/// @blocks{G}
/// @goname{GOMAXPROCS, debug.go}
int max_procs(int count);

/// Counts the CPUs the process may use. @return at least 1, from the
/// affinity mask at the first call. @goname{NumCPU, debug.go}
[[nodiscard]] int num_cpu();

/// Counts the user's goroutines that have not ended, the caller included.
/// @return a number that was right a moment ago; 0 outside of `run`.
/// @goname{NumGoroutine, debug.go}
[[nodiscard]] std::int64_t num_goroutine();

/// Counts all goroutines that have not ended, the runtime's own included.
/// @return a number that was right a moment ago; 0 outside of `run`.
[[nodiscard]] std::int64_t num_goroutine_all();

namespace sched {

namespace detail {
int run_erased(std::span<const Layer* const> layers, int (*main)(void*),
               void* argument);

template <class Body>
int run_object(std::span<const Layer* const> layers, Body& main) {
  const auto call = [](void* argument) -> int {
    Body& body = *static_cast<Body*>(argument);
    if constexpr (std::is_convertible_v<std::invoke_result_t<Body&>, int>) {
      return body();
    } else {
      body();
      return 0;
    }
  };
  using Erased = std::remove_const_t<Body>;
  return run_erased(layers, call,
                    const_cast<Erased*>(std::addressof(main)));
}

}  // namespace detail

/// Runs `main` as the first goroutine, with the given layers plugged in.
///
/// @param layers in rising order of their numbers; borrowed for the run.
/// @param main callable without arguments; an int result is returned.
/// @return what `main` returned, 0 when it returns nothing.
/// @errors Ends the process when the runtime runs already, when a stack or
///         the first threads cannot be had, or when an exception leaves
///         `main`. If a goroutine reaches no schedule step for a second
///         after `main` returned, the process ends with that result: it
///         cannot be unwound.
/// @blocks{M}
/// @goname{rt0_go, schedinit, main, proc.go}
template <class Main>
int run(std::span<const Layer* const> layers, Main&& main) {
  if constexpr (std::is_function_v<std::remove_reference_t<Main>>) {
    return run(layers, [&main] { return main(); });
  } else {
    return detail::run_object(layers, main);
  }
}

/// Like the other overload, for a braced list of layers.
/// @param layers see there. @param main see there. @return see there.
template <class Main>
int run(std::initializer_list<const Layer*> layers, Main&& main) {
  return run(std::span<const Layer* const>(layers.begin(), layers.size()),
             std::forward<Main>(main));
}

}  // namespace sched
}  // namespace strata
