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

// [lab 02.4 begin]
bool is_global_turn(const P& p) { return p.tick % kGlobalFirstTicks == 0; }
// [lab 02.4 else]
//| bool is_global_turn(const P& p) {
//|   // Every kGlobalFirstTicks steps of p.
//|   (void)p;
//|   (void)kGlobalFirstTicks;
//|   return false;
//| }
// [lab 02.4 end]

// Takes from the P's own queue. A chain of goroutines that hand over to
// each other through the front slot would starve the ring: its slice ends,
// too.
// [doc:take-own]
Taken take_own(P& p) {
  // [lab 02.4 begin]
  if (p.inherited < kSliceShares) [[likely]]
    return p.queue.get();
  G* next = p.queue.take_next();
  const Taken oldest = p.queue.get();
  if (oldest.g == nullptr) return {.g = next, .inherits_slice = false};
  if (next != nullptr) {
    const bool put = p.queue.put(*next);
    STRATA_ASSERT(put, "get made room");
  }
  return oldest;
  // [lab 02.4 else]
  //| // After kSliceShares goroutines in a row through the front slot
  //| // (p.inherited) the ring has a turn, and the one in the front slot
  //| // waits behind it. Nobody may get lost.
  //| (void)kSliceShares;
  //| return p.queue.get();
  // [lab 02.4 end]
}
// [/doc:take-own]

Taken take_global_locked(P& p) STRATA_REQUIRES(state.queue_lock) {
  G* g = state.global.pop();
  if (g != nullptr) STRATA_TRACE(kGlobalTake, p.id, g->id, 0);
  return {.g = g, .inherits_slice = false};
}

// Moves this P's fair share of the global queue into its ring, but for the
// first one.
// [doc:take-global-share]
Taken take_global_share(P& p) {
  QueueGuard guard(state.queue_lock);
  const Taken first = take_global_locked(p);
  if (first.g == nullptr) return first;
  // [lab 02.4 begin]
  // relaxed: the world does not stop while this M has a P.
  const auto procs = static_cast<std::uint32_t>(
      state.procs.load(std::memory_order_relaxed));
  std::uint32_t more =
      std::min(state.global.size() / procs, kRunQueueSlots / 2 - 1);
  for (; more > 0; --more) {
    G* g = state.global.pop();
    const bool put = p.queue.put(*g);
    STRATA_ASSERT(put, "the ring was empty");
  }
  // [lab 02.4 else]
  //| // What is this P's fair share of the global queue, and how much of it
  //| // fits into the ring, which is empty?
  // [lab 02.4 end]
  return first;
}
// [/doc:take-global-share]

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

// [doc:steal-work]
G* steal_round(P& p, bool and_next) {
  // [lab 02.3 begin]
  for (auto walk = state.steal_order.start(p.rng); !walk.done();
       walk.next()) {
    P& victim = *state.ps[walk.position()];
    // relaxed: attention ends the search early, whenever it is seen.
    if (p.attention.load(std::memory_order_relaxed) != 0) return nullptr;
    if (&victim == &p) continue;
    G* g = p.queue.steal_from(victim.queue, and_next);
    if (g == nullptr) continue;
    STRATA_TRACE(kSteal, p.id, g->id, victim.id);
    return g;
  }
  return nullptr;
  // [lab 02.3 else]
  //| // Ask the other Ps' queues in the order of state.steal_order, until
  //| // one gives a goroutine or this P's attention is wanted. Trace it.
  //| (void)p;
  //| (void)and_next;
  //| return nullptr;
  // [lab 02.3 end]
}

Taken steal_work(M& m) {
  // [lab 02.3 begin]
  if (!may_spin(m)) return {};
  if (!m.spinning) begin_spinning(m);
  for (int round = 1; round <= kStealRounds; ++round) {
    G* g = steal_round(*m.p, round == kStealRounds);
    if (g != nullptr) return {.g = g, .inherits_slice = false};
  }
  return {};
  // [lab 02.3 else]
  //| // Up to kStealRounds rounds, front slots in the last one only. Who may
  //| // not look at all? The others are told that this M looks.
  //| (void)m;
  //| (void)kStealRounds;
  //| (void)may_spin;
  //| return {};
  // [lab 02.3 end]
}
// [/doc:steal-work]

}  // namespace

// [doc:take-at-hand]
Taken take_at_hand(P& p) {
  // [lab 02.3 begin]
  // relaxed: a bit that is not seen now is seen at the next step.
  if (p.attention.load(std::memory_order_relaxed) != 0) return {};
  if (is_global_turn(p) && state.global.size() > 0) {
    QueueGuard guard(state.queue_lock);
    const Taken taken = take_global_locked(p);
    if (taken.g != nullptr) return taken;
  }
  const Taken taken = take_own(p);
  if (taken.g != nullptr || state.global.size() == 0) return taken;
  return take_global_share(p);
  // [lab 02.3 else]
  //| // In which order? Is there a reason to take nothing at all? The lock
  //| // of the global queue is dear, and one visit should pay.
  //| (void)take_global_share;
  //| QueueGuard guard(state.queue_lock);
  //| const Taken taken = take_global_locked(p);
  //| return taken.g != nullptr ? taken : take_own(p);
  // [lab 02.3 end]
}
// [/doc:take-at-hand]

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

// [doc:find-runnable]
Taken find_runnable(M& m) {
  for (;;) {
    // seq_cst: no bit raised before this M took its P may be missed.
    if (m.p->attention.load(std::memory_order_seq_cst) != 0) {
      if (!serve_attention(m)) return {};
      continue;
    }
    // [lab 02.3 begin]
    Taken taken = take_at_hand(*m.p);
    if (taken.g == nullptr) taken = steal_work(m);
    if (taken.g != nullptr) return taken;
    if (!sleep_until_work(m)) return {};
    // [lab 02.3 else]
    //| // This sleeps while others have work to give.
    //| const Taken taken = take_at_hand(*m.p);
    //| if (taken.g != nullptr) return taken;
    //| (void)steal_work;
    //| if (!sleep_until_work(m)) return {};
    // [lab 02.3 end]
  }
}
// [/doc:find-runnable]

}  // namespace strata::sched
