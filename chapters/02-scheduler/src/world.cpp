/// @file
/// @brief Stops and starts the world, and changes the number of Ps.
///
/// Story
///   Some changes need everybody to stand still. The stopper raises the
///   stop bit in every P's attention word; each M meets it at its next
///   schedule step, gives its P back as stopped, and sleeps. The last one
///   wakes the stopper. A goroutine that makes no schedule step delays the
///   stop until chapter 9 can interrupt it.
///
/// Invariants
///   I-02.14 While the world is stopped exactly one P is kRunning: the
///           stopper's. The others are kStopped or kDead.
///
/// Source
///   Go runtime/proc.go: stopTheWorldWithSema, startTheWorldWithSema,
///   procresize.
#include <algorithm>
#include <vector>

#include "scheduler.hpp"
#include "strata/os/cpu.hpp"
#include "strata/os/futex.hpp"
#include "strata/sched/go.hpp"
#include "strata/sched/runtime.hpp"

namespace strata::sched {
namespace {

// Asks every P to stop. Returns how many are still on their way.
int ask_to_stop(P& own) {
  LockGuard guard(state.lock);
  state.world_stopping = true;
  // relaxed: only a stopped world changes it.
  state.stop_wait = state.procs.load(std::memory_order_relaxed) - 1;
  state.stop_word.store(0, std::memory_order_relaxed);
  for_each_p([&own](P& p) {
    // [MO:attention] publishes the request.
    if (&p != &own) {
      p.attention.fetch_or(kAttentionStop, std::memory_order_release);
    }
  });
  while (P* p = take_idle_p_locked()) {
    transition(*p, PStatus::kIdle, PStatus::kStopped);
    --state.stop_wait;
  }
  for (const Layer* layer : state.layers) {
    if (layer->request_stop != nullptr) layer->request_stop();
  }
  return state.stop_wait;
}

// Takes the request back and sorts the Ps into those with work and idle
// ones.
std::vector<P*> release_world(P& own) {
  std::vector<P*> with_work;
  LockGuard guard(state.lock);
  state.world_stopping = false;
  for_each_p([&](P& p) STRATA_NO_THREAD_SAFETY_ANALYSIS {
    // [MO:attention] the request is over.
    p.attention.fetch_and(~kAttentionStop, std::memory_order_release);
    // relaxed: the world is stopped.
    if (&p == &own ||
        p.status.load(std::memory_order_relaxed) != PStatus::kStopped) {
      return;
    }
    transition(p, PStatus::kStopped, PStatus::kIdle);
    // relaxed: as above.
    const bool called = p.attention.load(std::memory_order_relaxed) != 0;
    if (called || p.queue.size() > 0) {
      with_work.push_back(&p);
    } else {
      put_idle_p_locked(p);
    }
  });
  return with_work;
}

void make_p(int id) {
  const auto index = static_cast<std::size_t>(id);
  const auto seed = static_cast<std::uint64_t>(state.knobs.seed);
  // relaxed: only a stopped world changes it.
  if (id == state.ps_made.load(std::memory_order_relaxed)) {
    state.ps[index] = std::make_unique<P>(id, seed + index);
    // [MO:ps-made] publishes the P.
    state.ps_made.store(id + 1, std::memory_order_release);
  }
  P& p = *state.ps[index];
  transition(p, PStatus::kDead, PStatus::kStopped);
  for (const Layer* layer : state.layers) {
    if (layer->p_init != nullptr) layer->p_init(p);
  }
}

// Takes a P out of service; its goroutines go to everyone.
void retire_p(P& p) {
  for (const Layer* layer : state.layers) {
    if (layer->p_fini != nullptr) layer->p_fini(p);
  }
  {
    QueueGuard guard(state.queue_lock);
    for (Taken t = p.queue.get(); t.g != nullptr; t = p.queue.get()) {
      state.global.push(*t.g);
    }
  }
  state.goroutines->give_all(p);
  transition(p, PStatus::kStopped, PStatus::kDead);
}

}  // namespace

// [doc:stop-world]
void stop_world() {
  // [MO:world] one stopper at a time; the others wait their turn at
  // schedule steps, where they can be stopped.
  while (state.world_taken.exchange(true, std::memory_order_acquire)) {
    strata::yield();
    os::yield_thread();
  }
  if (ask_to_stop(*current_m()->p) == 0) return;
  // [MO:stop-word] sees all that the stopped Ms did.
  while (state.stop_word.load(std::memory_order_acquire) == 0) {
    os::futex_wait(state.stop_word, 0);
  }
}
// [/doc:stop-world]

void open_world(P& own) {
  for (P* p : release_world(own)) start_m(*p, false);
  // [MO:world] the next stopper sees what this one did.
  state.world_taken.store(false, std::memory_order_release);
}

void start_world() {
  open_world(*current_m()->p);
  wake_p();
}

bool stop_here(M& m) {
  if (m.spinning) end_spinning(m);
  {
    LockGuard guard(state.lock);
    // [MO:exiting] sees what the main goroutine left behind.
    if (state.exiting.load(std::memory_order_acquire)) return false;
    if (!state.world_stopping) return true;  // over already
    release_p(m, PStatus::kStopped);
    if (--state.stop_wait == 0) {
      // [MO:stop-word] publishes all that the stopped Ms did.
      state.stop_word.store(1, std::memory_order_release);
      os::futex_wake(state.stop_word, 1);
    }
  }
  return stop_m(m);
}

// [doc:resize]
void resize(M& m, int count) {
  // relaxed: the world is stopped.
  const int before = state.procs.load(std::memory_order_relaxed);
  for (int id = before; id < count; ++id) make_p(id);
  if (m.p != nullptr && m.p->id >= count) {
    release_p(m, PStatus::kStopped);
    acquire_p(m, *state.ps[0], PStatus::kStopped);
  }
  for (int id = count; id < before; ++id) {
    retire_p(*state.ps[static_cast<std::size_t>(id)]);
  }
  state.steal_order.reset(static_cast<std::uint32_t>(count));
  state.procs.store(count, std::memory_order_relaxed);
  state.queue_lock.set_many_ps(count > 1);
}
// [/doc:resize]

}  // namespace strata::sched

namespace strata {

int max_procs(int count) {
  using sched::state;
  sched::require_g("strata::max_procs");
  // relaxed: only a stopped world changes it.
  const int before = state.procs.load(std::memory_order_relaxed);
  const int wanted = std::min(count, sched::kMaxProcs);
  if (wanted < 1 || wanted == before) return before;
  sched::stop_world();
  const int exact = state.procs.load(std::memory_order_relaxed);
  sched::resize(*sched::current_m(), wanted);
  sched::start_world();
  return exact;
}

int num_cpu() {
  static const int cpus = os::affinity_cpus();
  return cpus;
}

}  // namespace strata
