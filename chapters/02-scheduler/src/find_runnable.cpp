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

bool is_global_turn(const P& p) { return p.tick % kGlobalFirstTicks == 0; }

// Takes from the P's own queue. A chain of goroutines that hand over to
// each other through the front slot would starve the ring: its slice ends,
// too.
// [doc:take-own]
Taken take_own(P& p) {
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
}

Taken steal_work(M& m) {
  if (!may_spin(m)) return {};
  if (!m.spinning) begin_spinning(m);
  for (int round = 1; round <= kStealRounds; ++round) {
    G* g = steal_round(*m.p, round == kStealRounds);
    if (g != nullptr) return {.g = g, .inherits_slice = false};
  }
  return {};
}
// [/doc:steal-work]

}  // namespace

// [doc:take-at-hand]
Taken take_at_hand(P& p) {
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
}
// [/doc:take-at-hand]

G* steal_once(P& p) { return steal_round(p, true); }

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
    Taken taken = take_at_hand(*m.p);
    if (taken.g == nullptr) taken = steal_work(m);
    if (taken.g != nullptr) return taken;
    if (!sleep_until_work(m)) return {};
  }
}
// [/doc:find-runnable]

}  // namespace strata::sched
