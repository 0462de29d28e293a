/// @file
/// @brief Queues the runnable goroutines of one P; others may steal.
///
/// Story
///   A ring of pointers, written at one end by its owner only, read at the
///   other by the owner and by thieves, plus one slot in front of it: the
///   goroutine that was made ready last runs next, while its data is warm.
///   Putting costs the owner a plain store; taking costs one
///   compare-and-swap, because a thief may want the same goroutine.
///
/// Invariants
///   I-02.1 Every goroutine put is taken exactly once, by one taker.
///   I-02.2 Slots between head and tail hold goroutines in the order they
///          were put; a thief takes the older half.
///   I-02.3 tail - head never exceeds the number of slots; the owner alone
///          moves tail, and whoever moves head owns the slots it passed.
///
/// Memory order
///   [MO:runq-tail] put publishes a slot and what the goroutine holds;
///   get and steal see it. [MO:runq-head] a taker's release says that it
///   has read the slots; the owner's acquire lets it write over them.
///   [MO:runnext] exchanges publish and take the front slot.
///
/// Not done
///   An intrusive list: with 100,000 goroutines each link is a cache miss,
///   and the ring is ten times as fast. Chase-Lev: the owner would take the
///   newest goroutine first, which starves the others; that variant is a
///   lab.
///
/// Source
///   Go runtime/proc.go: runqput, runqget, runqgrab, runqsteal.
#pragma once

#include <cstdint>

#include "strata/base/assert.hpp"
#include "strata/base/atomic.hpp"
#include "strata/base/cacheline.hpp"
#include "strata/base/slot.hpp"

namespace strata::sched {

struct G;

/// Slots of a P's ring. Four in checked builds, so that the edges are met.
inline constexpr std::uint32_t kRunQueueSlots = kChecked ? 4 : 256;
static_assert((kRunQueueSlots & (kRunQueueSlots - 1)) == 0,
              "slot numbers wrap by masking");

/// What an owner's `get` found.
struct Taken {
  /// The goroutine, now owned by the caller; null when the queue was empty.
  G* g = nullptr;
  /// True when it came from the front slot and shares the time slice of the
  /// goroutine that made it ready.
  bool inherits_slice = false;
};

/// Holds the runnable goroutines of one P. Slot `run_queue`.
/// @invariant I-02.1, I-02.2, I-02.3
/// @goname{p.runq, runtime2.go}
class RunQueue {
 public:
  RunQueue() = default;
  RunQueue(const RunQueue&) = delete;
  RunQueue& operator=(const RunQueue&) = delete;

  /// Puts a goroutine at the end. Owner only.
  /// @param g runnable; owned by the queue on success.
  /// @return false when the ring is full: the caller calls `take_half`.
  /// @memorder release [MO:runq-tail]
  /// @goname{runqput, proc.go}
  [[nodiscard]] STRATA_SLOT_INLINE bool put(G& g) noexcept;

  /// Puts a goroutine into the front slot. Owner only.
  /// @param g runnable; owned by the queue.
  /// @return the goroutine that was there, owned by the caller, or null.
  /// @memorder sequentially consistent: a full barrier before the caller
  ///           looks for idle Ps, see idle.cpp.
  STRATA_SLOT_INLINE G* put_next(G& g) noexcept;

  /// Takes the front slot's goroutine, else the oldest one. Owner only.
  /// @return what was found.
  /// @memorder acquire [MO:runnext] [MO:runq-head]
  /// @goname{runqget, proc.go}
  STRATA_SLOT_INLINE Taken get() noexcept;

  /// Takes the front slot's goroutine only. Owner only.
  /// @return owned by the caller, or null.
  /// @memorder acquire [MO:runnext]
  STRATA_SLOT_INLINE G* take_next() noexcept;

  /// Takes the older half of the ring when it is full. Owner only.
  /// @param out receives up to kRunQueueSlots / 2 goroutines, owned by
  /// caller.
  /// @return how many; 0 when a thief made room meanwhile.
  /// @goname{runqputslow, proc.go}
  [[gnu::noinline]] STRATA_SLOT_INLINE std::uint32_t take_half(
      G** out) noexcept;

  /// Moves the older half of a victim's ring into this one. Slot `steal`.
  /// This queue's owner only; the victim's owner and other thieves may run.
  /// @param victim another P's queue.
  /// @param and_next also take the victim's front slot if its ring is
  /// empty.
  /// @return one of the stolen goroutines, owned by the caller, or null.
  /// @pre this ring is empty, as `get` or `empty` has just said.
  /// @goname{runqsteal, proc.go}
  G* steal_from(RunQueue& victim, bool and_next) noexcept;

  /// Tells whether nothing is queued, at one moment during the call.
  /// @return true when ring and front slot were empty together.
  /// @goname{runqempty, proc.go}
  [[nodiscard, gnu::noinline]] STRATA_SLOT_INLINE bool empty()
      const noexcept;

  /// Counts the ring and the front slot; exact for the owner, a guess for
  /// others. @return number of goroutines.
  [[nodiscard]] std::uint32_t size() const noexcept {
    // relaxed: a guess.
    const std::uint32_t head = head_.load(std::memory_order_relaxed);
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    const bool next = next_.load(std::memory_order_relaxed) != nullptr;
    return tail - head + (next ? 1 : 0);
  }

 private:
  friend struct RunQueueTestAccess;

  std::uint32_t grab(RunQueue& victim, std::uint32_t first, bool and_next);
  static bool grab_next(RunQueue& victim, G*& g);
  static std::uint32_t index(std::uint32_t position) noexcept {
    return position & (kRunQueueSlots - 1);
  }

  // [doc:runq-fields]
  // atomic [MO:runq-head], moved by takers
  alignas(kCacheLineBytes) atomic<std::uint32_t> head_{0};
  // atomic [MO:runq-tail], moved by the owner
  alignas(kCacheLineBytes) atomic<std::uint32_t> tail_{0};
  // atomic [MO:runnext]
  atomic<G*> next_{nullptr};
  // atomic, ordered by head_ and tail_; a thief may read a slot that is
  // being overwritten, and then fails to move head_
  atomic<G*> slots_[kRunQueueSlots] = {};
  // [/doc:runq-fields]
};

}  // namespace strata::sched

// The owner's paths are short and stand on every schedule step: inline.
#if !STRATA_SLOTS
#include "strata/sched/run_queue_inline.hpp"
#endif
