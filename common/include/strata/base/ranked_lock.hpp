/// @file
/// @brief Protects the runtime's own data: a small futex lock with a rank.
///
/// Story
///   Below the goroutines there is no mutex but this one. It blocks the OS
///   thread, so the runtime holds it for a few dozen instructions only. A
///   free lock costs one locked instruction to take and one to give back.
///
/// Invariants
///   - I-00.3 At most one thread holds the lock.
///   - I-00.4 While a thread sleeps on the lock its state is kContended, or
///     a thread is on its way that will wake it or make the state so again.
///   - I-00.5 In checked builds a thread takes locks in strictly rising
///     rank.
///
/// States
///     kFree      -> kHeld      | free lock taken           | lock,
///     try_lock kFree      -> kContended | taken by one who waited   |
///     lock_slow kHeld      -> kContended | somebody is going to wait |
///     lock_slow kHeld      -> kFree      | nobody waits              |
///     unlock kContended -> kFree      | one sleeper is woken      | unlock
///
/// Memory order
///   [MO:ranked-lock] unlock releases, the next lock acquires.
///
/// Not done
///   A queue of waiters and handoff. Runtime sections are so short that a
///   barging lock wins; fairness for users is layer 4's subject.
///
/// Source
///   U. Drepper, "Futexes are tricky", mutex 2; lock_futex.go.
#pragma once

#include "strata/base/atomic.hpp"
#include "strata/base/lock_rank.hpp"
#include "strata/base/source_place.hpp"
#include "strata/base/thread_safety.hpp"

#include <cstdint>

namespace strata {

/// Excludes all other OS threads from a short section of the runtime.
/// @goname{mutex, runtime2.go}
/// @invariant I-00.3, I-00.4, I-00.5
class STRATA_CAPABILITY("RankedLock") RankedLock {
 public:
  /// Makes a free lock of @p rank.
  explicit constexpr RankedLock(LockRank rank) noexcept : rank_(rank) {}
  RankedLock(const RankedLock&) = delete;
  RankedLock& operator=(const RankedLock&) = delete;

  /// Takes the lock, waiting for it if need be.
  /// @param place where the caller stands, for the rank report
  /// @pre the thread holds only locks of lower rank
  /// @errors fatal in checked builds when the rank order is broken
  /// @memorder acquire [MO:ranked-lock]
  /// @blocks{M}
  void lock(SourcePlace place = SourcePlace::current()) noexcept
      STRATA_ACQUIRE() {
    note_wanted(place);
    if (!take_free()) lock_slow();
    note_taken(place);
  }

  /// Takes the lock if it is free. Never waits, so any rank may try.
  /// @param place where the caller stands, for the rank report
  /// @return true if taken
  /// @memorder acquire [MO:ranked-lock]
  [[nodiscard]] bool try_lock(
      SourcePlace place = SourcePlace::current()) noexcept
      STRATA_TRY_ACQUIRE(true) {
    if (!take_free()) return false;
    note_taken(place);
    return true;
  }

  /// Gives the lock back and wakes one thread that sleeps on it.
  /// @pre the calling thread holds the lock
  /// @memorder release [MO:ranked-lock]
  void unlock() noexcept STRATA_RELEASE() {
    note_returned();
    // [MO:ranked-lock] publishes what the section wrote.
    if (state_.exchange(kFree, std::memory_order_release) == kContended) {
      wake_one();
    }
  }

  /// Returns the place of this lock in the order of locks.
  [[nodiscard]] constexpr LockRank rank() const noexcept { return rank_; }

 private:
  static constexpr std::uint32_t kFree = 0;
  static constexpr std::uint32_t kHeld = 1;
  static constexpr std::uint32_t kContended = 2;

  bool take_free() noexcept {
    std::uint32_t expected = kFree;
    // [MO:ranked-lock] sees what the last section wrote; a failed try
    // learns nothing from the value.
    return state_.compare_exchange_strong(expected, kHeld,
                                          std::memory_order_acquire,
                                          std::memory_order_relaxed);
  }

  void lock_slow() noexcept;
  bool spin_until_free() noexcept;
  void wake_one() noexcept;

#if STRATA_CHECKED || STRATA_EXPLORE
  void note_wanted(const SourcePlace& place) const noexcept;
  void note_taken(const SourcePlace& place) const noexcept;
  void note_returned() const noexcept;
#else
  static void note_wanted(const SourcePlace&) noexcept {}
  static void note_taken(const SourcePlace&) noexcept {}
  static void note_returned() noexcept {}
#endif

  // atomic [MO:ranked-lock]
  atomic<std::uint32_t> state_{kFree};
  // constant after init
  const LockRank rank_;
};

/// Holds a RankedLock for the length of a scope.
class STRATA_SCOPED_CAPABILITY LockGuard {
 public:
  /// Takes @p lock. @param place where the caller stands
  /// @blocks{M}
  explicit LockGuard(RankedLock& lock,
                     SourcePlace place = SourcePlace::current()) noexcept
      STRATA_ACQUIRE(lock)
      : lock_(lock) {
    lock_.lock(place);
  }
  /// Gives the lock back.
  ~LockGuard() STRATA_RELEASE() { lock_.unlock(); }
  LockGuard(const LockGuard&) = delete;
  LockGuard& operator=(const LockGuard&) = delete;

 private:
  RankedLock& lock_;
};

/// Returns how many ranked locks the calling thread holds.
/// @return the count in checked and explorer builds, else 0
[[nodiscard]] int held_ranked_locks() noexcept;

}  // namespace strata
