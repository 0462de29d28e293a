/// @file
/// @brief Makes Ms: starts their threads and prepares them.
///
/// Story
///   The first M is the thread that called `run`; all others are started
///   when a P has work and no M sleeps. A thread starts with its signals
///   blocked, so that no handler runs before the thread has a stack for it.
///
/// Source
///   Go runtime/proc.go: newm, mstart1, minit; runtime/os_linux.go:
///   newosproc.
#include <cerrno>
#include <cstring>

#include "scheduler.hpp"
#include "strata/base/fatal.hpp"
#include "strata/os/futex.hpp"
#include "strata/os/signal.hpp"

namespace strata::sched {
namespace {

// g0 only schedules; fatal reports, which may symbolize, need the most.
constexpr std::size_t kG0StackBytes = 256 * 1024;

[[noreturn]] void no_thread(int error) {
  {
    RawWriter out;
    out.str("runtime: failed to create new OS thread (have ");
    // relaxed: a count.
    out.dec(state.m_count.load(std::memory_order_relaxed) - 1);
    out.str(" already; errno=").dec(error).str(", ");
    out.str(std::strerror(error)).str(")\n");
    if (error == EAGAIN) {
      out.str("runtime: may need to increase max user processes ");
      out.str("(ulimit -u)\n");
    }
  }
  fatal_user("newosproc");
}

void thread_main(void* argument) {
  M& m = *static_cast<M*>(argument);
  enter_thread(m);
  P* p = m.next_p;
  m.next_p = nullptr;
  acquire_p(m, *p, PStatus::kIdle);
  schedule_loop(m);
  leave_thread(m);
  // [MO:live-threads] the last thread's end publishes all they did.
  if (state.live_threads.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    os::futex_wake(state.live_threads, 1);
  }
}

M& add_m() {
  LockGuard guard(state.lock);
  const int id = static_cast<int>(state.ms.size());
  state.ms.push_back(std::make_unique<M>(id));
  // relaxed: a count.
  state.m_count.fetch_add(1, std::memory_order_relaxed);
  return *state.ms.back();
}

// Under exploration all Ms share one OS thread: each needs a current M of
// its own, and the thread's signal stack is not theirs to change.
void note_virtual_thread() {
#if defined(STRATA_EXPLORE)
  exploring::register_thread_local(&strata_sched_m, sizeof strata_sched_m);
#endif
}

bool owns_os_thread() {
#if defined(STRATA_EXPLORE)
  return exploring::current_controller() == nullptr;
#else
  return true;
#endif
}

}  // namespace

void enter_thread(M& m) {
  note_virtual_thread();
  strata_sched_m = &m;
  m.anchors = context::thread_anchors();
  if (owns_os_thread()) m.alternate_stack.emplace();
  context::adopt_thread(m.g0);
  for (const Layer* layer : state.layers) {
    if (layer->thread_start != nullptr) layer->thread_start(m);
  }
}

void leave_thread(M& m) {
  m.alternate_stack.reset();
  strata_sched_m = nullptr;
}

void new_m(P& p, bool spinning) {
  M& m = add_m();
  m.next_p = &p;
  m.spinning = spinning;
  // relaxed: starting the thread publishes it.
  state.live_threads.fetch_add(1, std::memory_order_relaxed);
  const int error =
      m.thread.start(&thread_main, &m, "strata-m", kG0StackBytes);
  if (error != 0) no_thread(error);
}

}  // namespace strata::sched
