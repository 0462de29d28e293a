/// @file
/// @brief Begins and ends a run.
///
/// Story
///   Beginning: read the knobs, make the Ps, make the calling thread M 0
///   and queue the first goroutine. Then M 0 schedules like any other M.
///   Ending: the first goroutine's function returns; it sets `exiting`,
///   raises the stop bit everywhere and wakes every sleeper. Each M leaves
///   its loop at the next schedule step. M 0 waits for the others and takes
///   everything down, so that the state is as if nothing had been.
///
/// Source
///   Go runtime/proc.go: schedinit, main. Go ends the process instead.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "scheduler.hpp"
#include "strata/base/clock.hpp"
#include "strata/base/fatal.hpp"
#include "strata/context/fault.hpp"
#include "strata/os/futex.hpp"
#include "strata/sched/runtime.hpp"

namespace strata::sched {
namespace {

// How long `run` waits for goroutines that reach no schedule step.
constexpr std::int64_t kGraceNs = 1'000'000'000;

void describe_current(RawWriter& out) {
  const G* g = current_g();
  if (g == nullptr) {
    out.str("runtime stack:\n");
    return;
  }
  out.str("goroutine ").dec(static_cast<std::int64_t>(g->id));
  out.str(" [").str(status_name(g->status.load(std::memory_order_relaxed)));
  out.str("]");
  if (g->name[0] != '\0') out.str(" {name: ").str(g->name).str("}");
  out.str(":\n");
}

context::GuardMethod guard_method(std::int64_t knob) {
  constexpr context::GuardMethod kMethods[] = {
      context::GuardMethod::kBest, context::GuardMethod::kMadviseBatched,
      context::GuardMethod::kMadvise, context::GuardMethod::kMprotect};
  return kMethods[knob];
}

void claim_runtime() {
  // [MO:running] a later run sees what an earlier one left.
  if (!state.running.exchange(true, std::memory_order_acquire)) return;
  fatal_user("strata::run called while the runtime is running");
}

void check_layers(std::span<const Layer* const> layers) {
  constexpr int kFirstLayer = 3;
  constexpr int kLastLayer = 10;
  int last = kFirstLayer - 1;
  for (const Layer* layer : layers) {
    STRATA_ASSERT(layer->number > last && layer->number <= kLastLayer,
                  "layers are listed by rising chapter number, 3 to 10");
    last = layer->number;
    if (layer->goroutine_exit != nullptr) state.has_exit_hooks = true;
    if (layer->next_deadline != nullptr) state.has_deadlines = true;
    if (layer->idle_block == nullptr) continue;
    STRATA_ASSERT(state.idle_owner == nullptr,
                  "one layer owns the idle wait");
    state.idle_owner = layer;
  }
}

void begin_run(std::span<const Layer* const> layers) {
  state.layers = layers;
  check_layers(layers);
  state.knobs = read_knobs(layers);
  state.started_ns = now_ns();
  state.stacks.emplace(context::StackPoolOptions{
      .guard = guard_method(state.knobs.stackguard)});
  state.goroutines.emplace(*state.stacks);
  set_describe_running(&describe_current);
  const int error = context::install_fault_handlers(*state.stacks);
  if (error != 0) {
    fatal_user(std::string("strata::run: no signal handlers: ") +
               std::strerror(error));
  }
}

M& make_m0() {
  auto owned = std::make_unique<M>(0);
  M& m = *owned;
  LockGuard guard(state.lock);
  state.ms.push_back(std::move(owned));
  // relaxed: a count.
  state.m_count.store(1, std::memory_order_relaxed);
  return m;
}

// The first goroutine is queued while the world is still closed, so that no
// other M wakes up for it: it starts on M 0.
// [doc:begin-world]
void begin_world(M& m0) {
  // relaxed: nobody else runs yet.
  state.world_taken.store(true, std::memory_order_relaxed);
  resize(m0, state.knobs.procs);
  acquire_p(m0, *state.ps[0], PStatus::kStopped);
  launch_main();
  open_world(*m0.p);
}
// [/doc:begin-world]

// A goroutine that never takes a schedule step cannot be unwound or left
// behind. The program is over when main returns, so the process ends here.
[[noreturn]] void end_process() {
  std::fflush(nullptr);
  // relaxed: this M saw `exiting`.
  std::_Exit(state.exit_code.load(std::memory_order_relaxed));
}

void wait_for_threads() {
  const std::int64_t deadline = now_ns() + kGraceNs;
  for (;;) {
    // [MO:live-threads] sees all the threads did.
    const std::uint32_t live =
        state.live_threads.load(std::memory_order_acquire);
    if (live == 0) return;
    const std::int64_t left_ns = deadline - now_ns();
    if (left_ns <= 0) end_process();
    os::futex_wait(state.live_threads, live, left_ns);
  }
}

void join_threads() STRATA_NO_THREAD_SAFETY_ANALYSIS {
  for (const std::unique_ptr<M>& m : state.ms) {
    if (m->thread.joinable()) m->thread.join();
  }
  state.ms.clear();
}

// No lock is needed any more: the calling thread is alone.
void take_down_ps() STRATA_NO_THREAD_SAFETY_ANALYSIS {
  while (take_idle_p_locked() != nullptr) {
  }
  // relaxed: alone.
  const int procs = state.procs.load(std::memory_order_relaxed);
  for (int id = 0; id < procs; ++id) {
    P& p = *state.ps[static_cast<std::size_t>(id)];
    for (const Layer* layer : state.layers) {
      if (layer->p_fini != nullptr) layer->p_fini(p);
    }
  }
  state.ps_made.store(0, std::memory_order_relaxed);
  state.procs.store(0, std::memory_order_relaxed);
  for (std::unique_ptr<P>& p : state.ps) p.reset();
}

// Puts everything back to what it was before the run.
void reset_state() STRATA_NO_THREAD_SAFETY_ANALYSIS {
  state.goroutines.reset();
  state.stacks.reset();
  while (state.global.pop() != nullptr) {
  }
  state.layers = {};
  state.idle_owner = nullptr;
  state.has_exit_hooks = state.has_deadlines = false;
  state.stop_wait = 0;
  state.world_stopping = false;
  // relaxed: alone.
  state.spinning.store(0, std::memory_order_relaxed);
  state.idle_m_count.store(0, std::memory_order_relaxed);
  state.m_count.store(0, std::memory_order_relaxed);
  state.system_live.store(0, std::memory_order_relaxed);
  state.last_goid.store(0, std::memory_order_relaxed);
  state.world_taken.store(false, std::memory_order_relaxed);
  state.exiting.store(false, std::memory_order_relaxed);
}

void end_run() {
  wait_for_threads();
  join_threads();
  take_down_ps();
  context::remove_fault_handlers();
  set_describe_running(nullptr);
  reset_state();
  // [MO:running] the next run sees what this one left.
  state.running.store(false, std::memory_order_release);
}

}  // namespace

namespace detail {

// [doc:run-erased]
int run_erased(std::span<const Layer* const> layers, int (*main)(void*),
               void* argument) {
  claim_runtime();
  state.main = main;
  state.main_argument = argument;
  begin_run(layers);
  M& m0 = make_m0();
  enter_thread(m0);
  begin_world(m0);
  start_schedtrace();
  schedule_loop(m0);
  stop_schedtrace();
  leave_thread(m0);
  // relaxed: published with `exiting`.
  const int code = state.exit_code.load(std::memory_order_relaxed);
  end_run();
  return code;
}
// [/doc:run-erased]

}  // namespace detail
}  // namespace strata::sched
