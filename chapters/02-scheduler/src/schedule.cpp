/// @file
/// @brief Switches from goroutine to goroutine: yield, leave, the M's loop.
///
/// Story
///   A goroutine that stops takes the next one from the queues itself and
///   switches straight to it; only when nothing is at hand, or a layer
///   wants attention, does it switch to its M's own stack, where
///   `schedule_loop` looks further and may sleep. Either way it leaves a
///   debt behind, its commit, because it cannot be published before it has
///   left its stack: another M would run on the stack it still stands on.
///
///       G1: yield -> take G2 -> switch ---------> G2: pay G1's commit, run
///       G1: yield -> nothing -> switch -> g0: pay G1's commit,
///       find_runnable
///
///   `yield` holds the queue's lock across the switch: it takes the next
///   goroutine from the global queue and, paid by that one, enters the
///   queue itself, all under one acquisition.
///
/// Invariants
///   I-02.10 A commit runs exactly once, on another stack, before anything
///           else happens there.
///   I-02.11 Every schedule step reads the attention word before it takes a
///           goroutine.
///
/// Not done
///   Switching through g0 each time, as Go does: two switches instead of
///   one, and each mispredicts a return (see chapter 1), 22 ns against 6.
///
/// Source
///   Go runtime/proc.go: schedule, execute, gosched_m, goexit0, park_m. xv6
///   proc.c holds a process's lock across swtch in the same way.
#include "scheduler.hpp"
#include "strata/sched/go.hpp"

namespace strata::sched {
namespace {

// Makes `g` the M's running goroutine.
[[gnu::always_inline]] inline void begin(M& m, const Taken& taken) {
  G& g = *taken.g;
  P& p = *m.p;
  transition(g, GStatus::kRunnable, GStatus::kRunning);
  g.m_id = m.id;
  m.current = &g;
  if (taken.inherits_slice) {
    ++p.inherited;
  } else {
    p.inherited = 0;
    p.tick.add(1);
  }
  STRATA_TRACE(kGoStart, p.id, g.id, 0);
}

// Says where to switch to: the goroutine that was taken, or the M's stack.
[[gnu::always_inline]] inline context::Context& destination(
    M& m, const Taken& taken) {
  if (taken.g == nullptr) {
    m.current = nullptr;
    return m.g0;
  }
  begin(m, taken);
  return taken.g->context;
}

// Every goroutine's switch stands in this one function: the return
// predictor then guesses right even between goroutines that stopped for
// other reasons.
// [doc:switch-away]
[[gnu::noinline]] void switch_away(M& m, G& self, context::Context& to,
                                   Commit commit, void* argument) {
  m.left = &self;
  m.commit = commit;
  m.commit_argument = argument;
  void* message = context::switch_to(m.anchors, self.context, to, &m);
  // Another M may have resumed us: `m` is history, the message is the
  // present.
  M& now = *static_cast<M*>(message);
  pay_commit(now);
  context::restore_errno(now.anchors, self.context);
}
// [/doc:switch-away]

// [doc:commit-yield]
void commit_yield(M& m, G& left, void*) STRATA_NO_THREAD_SAFETY_ANALYSIS {
  transition(left, GStatus::kRunning, GStatus::kRunnable);
  left.m_id = -1;
  STRATA_TRACE(kGoYield, m.p->id, left.id, 0);
  state.global.push(left);
  // Idle Ps are counted under the same lock, so this look cannot miss one:
  // a P that goes idle later looks into the queue first. And when this P is
  // the only one, none is idle.
  const bool idle = state.idle_p_count.load(std::memory_order_relaxed) != 0;
  state.queue_lock.unlock();
  if (idle) wake_p();
}
// [/doc:commit-yield]

void commit_exit(M& m, G& left, void*) {
  transition(left, GStatus::kRunning, GStatus::kDead);
  left.m_id = -1;
  STRATA_TRACE(kGoEnd, m.p->id, left.id, 0);
  context::flow_ended(left.context);
  if (left.is_system) {
    // relaxed: a count.
    state.system_live.fetch_sub(1, std::memory_order_relaxed);
  } else {
    m.p->ended.add(1);
  }
  state.goroutines->give(*m.p, left);
}

// The lock crosses the switch, which the compiler's analysis cannot follow:
// commit_yield gives it back, on the next stack.
// [doc:yield]
void yield_now(M& m, G& self) STRATA_NO_THREAD_SAFETY_ANALYSIS {
  P& p = *m.p;
  state.queue_lock.lock();
  const bool called = p.attention.load(std::memory_order_relaxed) != 0;
  const Taken next = called ? Taken{} : take_at_hand_locked(p);
  if (next.g == nullptr && !called) {
    state.queue_lock.unlock();  // somebody else took it meanwhile
    return;
  }
  switch_away(m, self, destination(m, next), &commit_yield, nullptr);
}
// [/doc:yield]

// A goroutine that waits for others by yielding would keep its P for ever
// while they wait in another P's ring behind one that does not yield. So
// every so many yields that find nothing at hand look there too.
constexpr std::uint32_t kStealYields = 64;

// [doc:yield-idle]
void yield_idle(M& m, G& self) STRATA_NO_THREAD_SAFETY_ANALYSIS {
  if (++m.p->idle_yields % kStealYields != 0) return;
  const Taken next = {.g = steal_once(*m.p), .inherits_slice = false};
  if (next.g == nullptr) return;
  state.queue_lock.lock();
  switch_away(m, self, destination(m, next), &commit_yield, nullptr);
}
// [/doc:yield-idle]

// Moves half of a full ring, and `g` behind it, to the global queue.
// [doc:overflow]
bool overflow(P& p, G& g) {
  G* half[kRunQueueSlots / 2];
  const std::uint32_t count = p.queue.take_half(half);
  if (count == 0) return false;  // a thief made room
  STRATA_TRACE(kOverflow, p.id, g.id, count);
  QueueGuard guard(state.queue_lock);
  for (std::uint32_t i = 0; i < count; ++i) state.global.push(*half[i]);
  state.global.push(g);
  return true;
}
// [/doc:overflow]

void put_behind(P& p, G& g) {
  while (!p.queue.put(g)) {
    if (overflow(p, g)) return;
  }
}

}  // namespace

// [doc:ready]
void ready(G& g, bool next) {
  P& p = *current_m()->p;
  G* behind = next ? p.queue.put_next(g) : &g;
  if (behind != nullptr) put_behind(p, *behind);
  // seq_cst: [MO:idle-protocol] step 2 of the maker. put_next is a barrier
  // already. A plain put is followed by a touch of both words that the
  // other side changes: if it changed them before, we see that; if it
  // changes them after, it has seen our put. ThreadSanitizer understands
  // this, a fence it does not.
  if (!next) {
    // seq_cst: as said.
    state.spinning.fetch_add(0, std::memory_order_seq_cst);
    // seq_cst: as said.
    state.idle_p_count.fetch_add(0, std::memory_order_seq_cst);
  }
  wake_p();
}
// [/doc:ready]

// [doc:pay-commit]
void pay_commit(M& m) {
  const Commit commit = m.commit;
  if (commit == nullptr) return;
  m.commit = nullptr;
  commit(m, *m.left, m.commit_argument);
}
// [/doc:pay-commit]

// [doc:leave]
void leave(Commit commit, void* argument) {
  G& self = require_g("strata::sched::leave");
  M& m = *current_m();
  const Taken next = take_at_hand(*m.p);
  switch_away(m, self, destination(m, next), commit, argument);
}
// [/doc:leave]

void leave_for_good(M& m, G& left) {
  const Taken next = take_at_hand(*m.p);
  m.left = &left;
  m.commit = &commit_exit;
  context::exit_to(m.anchors, left.context, destination(m, next), &m);
}

// [doc:schedule-loop]
void schedule_loop(M& m) {
  for (;;) {
    const Taken found = find_runnable(m);
    if (found.g == nullptr) return;
    if (m.spinning) {
      end_spinning(m);
      wake_p();  // there was work; maybe there is more
    }
    begin(m, found);
    context::switch_to(m.anchors, m.g0, found.g->context, &m);
    pay_commit(m);
  }
}
// [/doc:schedule-loop]

}  // namespace strata::sched

namespace strata {

void yield() {
  sched::G& self = sched::require_g("strata::yield");
  sched::M& m = *sched::current_m();
  if (sched::nothing_at_hand(*m.p)) return sched::yield_idle(m, self);
  sched::yield_now(m, self);
}

}  // namespace strata
