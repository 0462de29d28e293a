/// @file
/// @brief Defines every global of layer 2, with one sentence of meaning
/// each.
#include "state.hpp"

#include "strata/sched/schedule.hpp"

// The M that this thread is; null on threads the runtime did not start.
thread_local strata::sched::M* strata_sched_m = nullptr;

namespace strata::sched {

// What all Ms share.
State state;

namespace detail {

// Where trace events go; null while no trace is on.
constinit atomic<TraceSink> g_trace_sink{nullptr};

}  // namespace detail

#if !defined(__x86_64__) || defined(STRATA_EXPLORE)
// Out of line, so that no caller can keep the variable's address.
[[gnu::noinline]] M* current_m() noexcept {
  M* m = strata_sched_m;
  __asm__ volatile("" : "+r"(m));
  return m;
}
#endif

}  // namespace strata::sched
