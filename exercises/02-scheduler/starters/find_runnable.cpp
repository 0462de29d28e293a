// Starter of lab 02.4, 02.3. Yours: edit between the lines marked YOURS.
/// @file
/// @brief Looks for the next goroutine: own queue, global queue, other Ps.
///
/// Story
///   The order is the scheduler's policy, told in one place. At hand: every
///   61st step the global queue first, so that a busy P cannot starve it;
///   the front slot; the own ring; the global queue, of which a fair share
///   moves into the own ring. Then, if not too many others are doing so:
///   steal from the other Ps, four rounds in random order, front slots in
///   the last round only. Then give up the P and sleep.
///
/// Source
///   Go runtime/proc.go: findRunnable, stealWork, globrunqgetbatch.
#include <algorithm>

#include "scheduler.hpp"

namespace strata::sched {
namespace {

// Every so many steps the global queue comes first. Go's number, a prime:
// it rarely falls into step with what a program does periodically.
constexpr std::uint32_t kGlobalFirstTicks = 61;

constexpr int kStealRounds = 4;

// So many goroutines in a row may share one time slice through the front
// slot; then the ring has its turn. Go measures time instead, see
// chapter 9.
constexpr std::uint32_t kSliceShares = 61;

// YOURS, lab 02.4: begin
bool is_global_turn(const P& p) {
  // Every kGlobalFirstTicks steps of p.
  (void)p;
  (void)kGlobalFirstTicks;
  return false;
}
// YOURS, lab 02.4: end

// Takes from the P's own queue. A chain of goroutines that hand over to
// each other through the front slot would starve the ring: its slice ends,
// too.
Taken take_own(P& p) {
  // YOURS, lab 02.4: begin
  // After kSliceShares goroutines in a row through the front slot
  // (p.inherited) the ring has a turn, and the one in the front slot
  // waits behind it. Nobody may get lost.
  (void)kSliceShares;
  return p.queue.get();
  // YOURS, lab 02.4: end
}

Taken take_global_locked(P& p) STRATA_REQUIRES(state.queue_lock) {
  G* g = state.global.pop();
  if (g != nullptr) STRATA_TRACE(kGlobalTake, p.id, g->id, 0);
  return {.g = g, .inherits_slice = false};
}

// Moves this P's fair share of the global queue into its ring, but for the
// first one.
Taken take_global_share(P& p) {
  QueueGuard guard(state.queue_lock);
  const Taken first = take_global_locked(p);
  if (first.g == nullptr) return first;
  // YOURS, lab 02.4: begin
  // What is this P's fair share of the global queue, and how much of it
  // fits into the ring, which is empty?
  // YOURS, lab 02.4: end
  return first;
}

// Serves the layers that asked for attention; false when the run ends.
bool serve_attention(M& m) {
  // [MO:attention] sees what the raiser wrote before it raised the bit.
  const std::uint32_t bits = m.p->attention.load(std::memory_order_acquire);
  if ((bits & kAttentionStop) != 0) return stop_here(m);
  for (const Layer* layer : state.layers) {
    const std::uint32_t bit = attention_bit(*layer);
    if ((bits & bit) == 0) continue;
    // Cleared before it is served: a bit raised meanwhile is not lost.
    m.p->attention.fetch_and(~bit, std::memory_order_acq_rel);
    layer->attend(*m.p);
  }
  return true;
}

// At most half of the busy Ps may look for work at the same time: more
// would only disturb the others.
bool may_spin(const M& m) {
  if (m.spinning) return true;
  // relaxed: a rule of thumb.
  const auto procs = static_cast<std::uint32_t>(
      state.procs.load(std::memory_order_relaxed));
  const std::uint32_t busy =
      procs -
      std::min(procs, state.idle_p_count.load(std::memory_order_relaxed));
  return 2 * state.spinning.load(std::memory_order_relaxed) < busy;
}

G* steal_round(P& p, bool and_next) {
  // YOURS, lab 02.3: begin
  // Ask the other Ps' queues in the order of state.steal_order, until
  // one gives a goroutine or this P's attention is wanted. Trace it.
  (void)p;
  (void)and_next;
  return nullptr;
  // YOURS, lab 02.3: end
}

Taken steal_work(M& m) {
  // YOURS, lab 02.3: begin
  // Up to kStealRounds rounds, front slots in the last one only. Who may
  // not look at all? The others are told that this M looks.
  (void)m;
  (void)kStealRounds;
  (void)may_spin;
  return {};
  // YOURS, lab 02.3: end
}

}  // namespace

Taken take_at_hand(P& p) {
  // YOURS, lab 02.3: begin
  // In which order? Is there a reason to take nothing at all? The lock
  // of the global queue is dear, and one visit should pay.
  (void)take_global_share;
  QueueGuard guard(state.queue_lock);
  const Taken taken = take_global_locked(p);
  return taken.g != nullptr ? taken : take_own(p);
  // YOURS, lab 02.3: end
}

// The look at the own queue is more than a check: its acquire says that
// whoever took from the slots that the thief fills has read them.
G* steal_once(P& p) {
  return p.queue.empty() ? steal_round(p, true) : nullptr;
}

Taken take_at_hand_locked(P& p) {
  if (is_global_turn(p)) {
    const Taken taken = take_global_locked(p);
    if (taken.g != nullptr) return taken;
  }
  const Taken taken = take_own(p);
  return taken.g != nullptr ? taken : take_global_locked(p);
}

Taken find_runnable(M& m) {
  for (;;) {
    // seq_cst: no bit raised before this M took its P may be missed.
    if (m.p->attention.load(std::memory_order_seq_cst) != 0) {
      if (!serve_attention(m)) return {};
      continue;
    }
    // YOURS, lab 02.3: begin
    // This sleeps while others have work to give.
    const Taken taken = take_at_hand(*m.p);
    if (taken.g != nullptr) return taken;
    (void)steal_work;
    if (!sleep_until_work(m)) return {};
    // YOURS, lab 02.3: end
  }
}

}  // namespace strata::sched
