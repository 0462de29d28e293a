/// @file
/// @brief Gives layers above the steps they build on: who runs, leave,
/// ready.
///
/// Story
///   A goroutine stops in one way only: it leaves its stack with a debt,
///   the commit, and somebody else continues. Yielding, ending and, from
///   the next chapter on, parking differ in nothing but the debt. Whoever
///   later makes the goroutine runnable calls `ready`.
///
/// Source
///   Go runtime/proc.go: gopark, goready, ready, acquirem.
#pragma once

#include "strata/sched/g.hpp"
#include "strata/sched/m.hpp"
#include "strata/sched/p.hpp"

extern "C" {
/// The M of this thread; read through `current_m` only.
extern thread_local strata::sched::M* strata_sched_m
    __attribute__((tls_model("initial-exec")));
}

namespace strata::sched {

/// Finds the M of the calling thread.
///
/// Opaque on purpose: a compiler that sees a thread-local variable computes
/// its address once and keeps it across calls, but a goroutine may come
/// back from a call on another thread.
/// @return borrowed; null on a thread that the runtime did not start.
#if defined(__x86_64__) && !defined(STRATA_EXPLORE)
inline M* current_m() noexcept {
  M* m;
  __asm__ volatile(
      "movq strata_sched_m@gottpoff(%%rip), %0\n\t"
      "movq %%fs:(%0), %0"
      : "=r"(m));
  return m;
}
#else
M* current_m() noexcept;
#endif

/// Finds the running goroutine.
/// @return borrowed; null outside of goroutines.
/// @goname{getg, stubs.go}
inline G* current_g() noexcept {
  M* m = current_m();
  return m == nullptr ? nullptr : static_cast<G*>(m->current);
}

/// Stops the calling goroutine until somebody makes it runnable.
///
/// @param commit pays the debt on another stack; what it publishes may run
///        the goroutine at once, on another thread. Not null.
/// @param argument passed on, borrowed until the commit ran.
/// @pre Called on a goroutine. @post The goroutine runs, maybe on another
/// M.
/// @blocks{G}
void leave(Commit commit, void* argument);

/// Puts a runnable goroutine where it runs soon and wakes an idle P.
/// @param g status kRunnable; owned by the scheduler from here on.
/// @param next true: it runs next on this P and shares the current slice.
/// @pre The caller has a P.
/// @goname{ready, proc.go}
void ready(G& g, bool next);

/// Visits every goroutine record that was ever used, dead ones too.
/// @param visit called with each record and `argument`.
/// @param argument passed on, borrowed for the call.
/// @pre The world is stopped, or the caller copes with records that change.
void for_each_g(void (*visit)(G& g, void* argument), void* argument);

/// Stops all other Ps at their next schedule step.
/// @pre Called on a goroutine. @post Only the caller's P runs.
/// @blocks{M}
/// @goname{stopTheWorldWithSema, proc.go}
void stop_world();

/// Lets all Ps go on.
/// @pre The caller stopped the world.
/// @goname{startTheWorldWithSema, proc.go}
void start_world();

}  // namespace strata::sched
