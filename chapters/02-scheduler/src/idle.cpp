/// @file
/// @brief Puts Ms and Ps to sleep when there is no work, and wakes them.
///
/// Story
///   Too many threads awake burn the machine; too few leave work waiting.
///   The rule that keeps the balance: whoever makes work while a P is idle
///   sees to it that one M without work looks for it ("spins"). It calls
///   `wake_p`, which gives an idle P to an M only if nobody spins; the
///   spinning M that finds work wakes the next one before it runs it. So
///   one wake-up spreads.
///
///   The danger is a lost wake-up: work is queued while the last M that
///   could have found it gives up. Why that cannot happen is told once,
///   above `look_again`.
///
/// Invariants
///   I-02.12 No lost wake-up: when a goroutine is queued and a P is idle,
///           an M spins, or somebody who is running will wake one.
///   I-02.13 A P is in the idle list exactly when its status is kIdle and
///           nobody is about to hand it over; an M in the list of idle Ms
///           sleeps on its wake word or is about to.
///
/// Memory order
///   [MO:idle-protocol] all accesses of `spinning` and `idle_p_count` that
///   decide are sequentially consistent, on both sides.
///   [MO:m-wake] publishes next_p to the M that is woken.
///
/// Source
///   Go runtime/proc.go, "Worker thread parking/unparking": wakep, startm,
///   stopm, resetspinning, findRunnable.
#include <cstdint>

#include "scheduler.hpp"
#include "strata/base/clock.hpp"
#include "strata/os/futex.hpp"

namespace strata::sched {
namespace {

// [doc:wake-m]
void wake_m(M& m, P* p) {
  m.next_p = p;
  // [MO:m-wake] publishes next_p.
  m.wake_word.store(1, std::memory_order_release);
  os::futex_wake(m.wake_word, 1);
}
// [/doc:wake-m]

std::int64_t earliest_deadline() {
  std::int64_t earliest = kNever;
  for (const Layer* layer : state.layers) {
    if (layer->next_deadline == nullptr) continue;
    earliest = std::min(earliest, layer->next_deadline());
  }
  return earliest;
}

// Raises the bits of all layers whose deadline has passed.
void raise_due(P& p) {
  const std::int64_t now = now_ns();
  for (const Layer* layer : state.layers) {
    if (layer->next_deadline == nullptr) continue;
    if (layer->next_deadline() > now) continue;
    // [MO:attention] the bit is served by this M itself.
    p.attention.fetch_or(attention_bit(*layer), std::memory_order_release);
  }
}

bool is_exiting() {
  // [MO:exiting] sees what the main goroutine left behind.
  return state.exiting.load(std::memory_order_acquire);
}

// Waits for the layers' deadline in place of all Ms, until woken or due.
// The deadline is read after `watched` was set: whoever moves it first
// writes it and then looks whether somebody watches, so one of the two sees
// the other. seq_cst: for that, and likewise for the end of the run.
void keep_watch() {
  const std::uint32_t ticket =
      state.watch_word.load(std::memory_order_seq_cst);
  const std::int64_t deadline = earliest_deadline();
  if (is_exiting()) return;
  if (state.idle_owner != nullptr) {
    state.idle_owner->idle_block(deadline);
    return;
  }
  if (deadline == kNever) return;
  const std::int64_t wait_ns = deadline - now_ns();
  if (wait_ns > 0) os::futex_wait(state.watch_word, ticket, wait_ns);
}

// Returns false when nobody watches.
bool end_watch() {
  // seq_cst: see keep_watch.
  state.watch_word.fetch_add(1, std::memory_order_seq_cst);
  // seq_cst: same
  if (!state.watched.load(std::memory_order_seq_cst)) return false;
  if (state.idle_owner != nullptr) {
    state.idle_owner->idle_unblock();
  } else {
    os::futex_wake(state.watch_word, 1);
  }
  return true;
}

P* take_idle_p();

// One M at a time sleeps until the earliest deadline instead of for ever.
// Returns true when it has a P afterwards.
bool watch_deadlines(M& m) {
  if (!state.has_deadlines && state.idle_owner == nullptr) return false;
  // A deadline that comes up after this look is its maker's to watch.
  const bool none = earliest_deadline() == kNever;
  if (none && state.idle_owner == nullptr) return false;
  // seq_cst: see keep_watch.
  if (state.watched.exchange(true, std::memory_order_seq_cst)) return false;
  keep_watch();
  state.watched.store(false, std::memory_order_seq_cst);  // seq_cst: same
  P* p = take_idle_p();
  if (p == nullptr) return false;
  acquire_p(m, *p, PStatus::kIdle);
  raise_due(*p);
  return true;
}

bool any_work_queued() {
  if (state.global.size() > 0) return true;
  bool found = false;
  for_each_p([&found](const P& p) { found = found || !p.queue.empty(); });
  return found;
}

// Takes a P that is idle out of the list; false if somebody else has it.
bool take_this_idle_p(P& p) {
  LockGuard guard(state.lock);
  if (!p.linked()) return false;
  state.idle_ps.remove(p);
  // seq_cst: [MO:idle-protocol]
  state.idle_p_count.fetch_sub(1, std::memory_order_seq_cst);
  return true;
}

P* take_idle_p() {
  LockGuard guard(state.lock);
  return take_idle_p_locked();
}

// Why no wake-up is lost. The two sides:
//
//     maker                              M that gives up
//     1. queue the goroutine             1. P idle, then spinning - 1
//     2. full barrier                    2. full barrier
//     3. nobody spins, a P idles?        3. any queue not empty?
//        then wake an M                     then take a P back
//
// Whichever barrier comes first in time, the other side's third step sees
// it. With the barrier missing on either side both may look before either
// writes, and the goroutine waits for nothing; test/explore/ finds that
// schedule. This is the StoreLoad pattern. A waker that counted itself as
// spinning and then found no idle P has misled other makers for a moment:
// after taking its count back, it looks again. Attention bits use the same
// pattern: raise, barrier, is the P idle? against: P idle, barrier, any
// bit?
//
// The last look of an M that has just given up its P: takes a P back if
// work or attention has come up meanwhile. A P with a raised bit that
// somebody else took is in good hands: whoever takes a P reads its bits
// first.
// [doc:look-again]
bool look_again(M& m, P& given_up, bool was_spinning) {
  // seq_cst: [MO:idle-protocol] after the P went idle, any bit?
  const bool called =
      given_up.attention.load(std::memory_order_seq_cst) != 0;
  P* p = nullptr;
  if (called && take_this_idle_p(given_up)) {
    p = &given_up;
  } else if (any_work_queued()) {
    p = take_idle_p();
  }
  if (p == nullptr) return false;
  acquire_p(m, *p, PStatus::kIdle);
  if (was_spinning) begin_spinning(m);
  return true;
}
// [/doc:look-again]

// Gives up the P unless there is a reason to keep it.
// [doc:give-up-p]
P* give_up_p(M& m) {
  LockGuard guard(state.lock);
  P& p = *m.p;
  // relaxed: raised before we hold the lock, or seen by look_again.
  if (p.attention.load(std::memory_order_relaxed) != 0) return nullptr;
  if (state.global.size() > 0) return nullptr;
  release_p(m, PStatus::kIdle);
  put_idle_p_locked(p);
  return &p;
}
// [/doc:give-up-p]

}  // namespace

void acquire_p(M& m, P& p, PStatus from) {
  STRATA_ASSERT(m.p == nullptr && p.m == nullptr, "one M, one P");
  transition(p, from, PStatus::kRunning);
  m.p = &p;
  p.m = &m;
  STRATA_TRACE(kProcStart, p.id, 0, m.id);
}

P& release_p(M& m, PStatus to) {
  P& p = *m.p;
  STRATA_ASSERT(p.m == &m, "an M releases its own P");
  m.p = nullptr;
  p.m = nullptr;
  transition(p, PStatus::kRunning, to);
  STRATA_TRACE(kProcStop, p.id, 0, m.id);
  return p;
}

void put_idle_p_locked(P& p) {
  state.idle_ps.push_front(p);
  // seq_cst: [MO:idle-protocol] the P is idle, then: any bit, any work?
  state.idle_p_count.fetch_add(1, std::memory_order_seq_cst);
}

P* take_idle_p_locked() {
  P* p = state.idle_ps.pop_front();
  if (p == nullptr) return nullptr;
  // seq_cst: [MO:idle-protocol]
  state.idle_p_count.fetch_sub(1, std::memory_order_seq_cst);
  return p;
}

void begin_spinning(M& m) {
  m.spinning = true;
  // seq_cst: [MO:idle-protocol]
  state.spinning.fetch_add(1, std::memory_order_seq_cst);
  STRATA_TRACE(kSpinStart, m.p->id, 0, m.id);
}

void end_spinning(M& m) {
  m.spinning = false;
  // seq_cst: [MO:idle-protocol] step 1 of the last spinner.
  state.spinning.fetch_sub(1, std::memory_order_seq_cst);
}

// [doc:wake-p]
void wake_p() {
  for (;;) {
    // seq_cst: [MO:idle-protocol] step 3 of the maker.
    if (state.spinning.load(std::memory_order_seq_cst) != 0) return;
    // seq_cst: as above.
    if (state.idle_p_count.load(std::memory_order_seq_cst) == 0) return;
    std::uint32_t nobody = 0;
    // seq_cst: as above; the exchange elects one waker.
    if (!state.spinning.compare_exchange_strong(
            nobody, 1, std::memory_order_seq_cst,
            std::memory_order_relaxed)) {
      return;
    }
    P* p = take_idle_p();
    if (p != nullptr) return start_m(*p, true);
    // seq_cst: [MO:idle-protocol] and look again.
    state.spinning.fetch_sub(1, std::memory_order_seq_cst);
  }
}
// [/doc:wake-p]

void start_m(P& p, bool spinning) {
  M* m = nullptr;
  {
    LockGuard guard(state.lock);
    m = state.idle_ms.pop_front();
  }
  if (m == nullptr) {
    new_m(p, spinning);
    return;
  }
  // relaxed: a count for reports.
  state.idle_m_count.fetch_sub(1, std::memory_order_relaxed);
  m->spinning = spinning;
  wake_m(*m, &p);
}

// [doc:stop-m]
bool stop_m(M& m) {
  {
    LockGuard guard(state.lock);
    if (is_exiting()) return false;
    state.idle_ms.push_front(m);
    // relaxed: a count for reports.
    state.idle_m_count.fetch_add(1, std::memory_order_relaxed);
  }
  // [MO:m-wake] sees next_p.
  while (m.wake_word.exchange(0, std::memory_order_acquire) == 0) {
    os::futex_wait(m.wake_word, 0);
  }
  P* p = m.next_p;
  if (p == nullptr) return false;
  m.next_p = nullptr;
  acquire_p(m, *p, PStatus::kIdle);
  return true;
}
// [/doc:stop-m]

// [doc:sleep-until-work]
bool sleep_until_work(M& m) {
  P* given_up = give_up_p(m);
  if (given_up == nullptr) return true;
  const bool was_spinning = m.spinning;
  if (was_spinning) end_spinning(m);
  if (look_again(m, *given_up, was_spinning)) return true;
  if (is_exiting()) return false;
  if (watch_deadlines(m)) return true;
  return stop_m(m);
}
// [/doc:sleep-until-work]

// [doc:raise-and-wake]
void raise_and_wake(P& p, const Layer& layer) noexcept {
  // seq_cst: [MO:attention] publishes what the layer wants served, and is
  // the barrier between raising the bit and looking whether the P is idle.
  p.attention.fetch_or(attention_bit(layer), std::memory_order_seq_cst);
  // seq_cst: [MO:idle-protocol] a P that went idle before this touch is
  // seen to be idle below; one that does so after it sees the bit.
  state.idle_p_count.fetch_add(0, std::memory_order_seq_cst);
  // seq_cst: [MO:idle-protocol] the other half is in look_again.
  if (p.status.load(std::memory_order_seq_cst) != PStatus::kIdle) return;
  if (take_this_idle_p(p)) start_m(p, false);
}
// [/doc:raise-and-wake]

void deadline_moved() noexcept {
  // Ms that went to sleep when there was no deadline do not watch: wake
  // one, which finds no work and watches.
  if (!end_watch()) wake_p();
}

bool anyone_may_wake() {
  for (const Layer* layer : state.layers) {
    if (layer->may_wake != nullptr && layer->may_wake()) return true;
  }
  return false;
}

void wake_everyone() {
  IntrusiveList<M> sleepers;
  {
    LockGuard guard(state.lock);
    // [MO:exiting] publishes the exit code; seq_cst: see keep_watch.
    state.exiting.store(true, std::memory_order_seq_cst);
    for_each_p([](P& p) {
      // [MO:attention] publishes `exiting`.
      p.attention.fetch_or(kAttentionStop, std::memory_order_release);
    });
    while (M* m = state.idle_ms.pop_front()) sleepers.push_back(*m);
  }
  while (M* m = sleepers.pop_front()) wake_m(*m, nullptr);
  end_watch();
}

void set_trace_sink(TraceSink sink) noexcept {
  // relaxed: a sink brings its own synchronization.
  detail::g_trace_sink.store(sink, std::memory_order_relaxed);
}

}  // namespace strata::sched
