/// @file
/// @brief Guards the global queue: the scheduler's lock, or the only P.
///
/// Story
///   Goroutines get into and out of the global queue only through an M that
///   has a P. With several Ps that takes a lock. With one P it takes none:
///   whoever has that P is alone with the queue, and when the P changes
///   hands the hand-over synchronizes. A locked instruction costs as much
///   as the whole switch, and a yield would need two.
///
/// Invariants
///   I-02.15 The queue is touched only by an M that has a P, or while the
///           world is stopped; the number of Ps changes only then.
///
/// Lock order
///   kSched, when it is a lock: it is `State::lock` itself, so that idle Ps
///   can be counted and the queue be looked at in one section.
///
/// Source
///   Go takes sched.lock in both cases.
#pragma once

#include "strata/base/owner_word.hpp"
#include "strata/base/ranked_lock.hpp"

namespace strata::sched {

/// Excludes all others from the global queue.
/// @invariant I-02.15
class STRATA_CAPABILITY("QueueLock") QueueLock {
 public:
  /// Makes a lock for one P. @param lock used with several; borrowed.
  explicit QueueLock(RankedLock& lock) : lock_(lock) {}
  QueueLock(const QueueLock&) = delete;
  QueueLock& operator=(const QueueLock&) = delete;

  /// Keeps others out. @pre The caller has a P.
  void lock() noexcept STRATA_ACQUIRE() STRATA_NO_THREAD_SAFETY_ANALYSIS {
    if (many_ps_) lock_.lock();
  }
  /// Lets others in.
  void unlock() noexcept STRATA_RELEASE() STRATA_NO_THREAD_SAFETY_ANALYSIS {
    if (many_ps_) lock_.unlock();
  }
  /// Says whether there is more than one P. @pre The world is stopped.
  void set_many_ps(bool many) noexcept { many_ps_ = many; }

 private:
  RankedLock& lock_;
  // constant unless the world is stopped
  OwnerWord<bool> many_ps_{false};
};

/// Holds a QueueLock for the length of a scope.
class STRATA_SCOPED_CAPABILITY QueueGuard {
 public:
  /// Takes the lock. @param lock borrowed for the scope.
  explicit QueueGuard(QueueLock& lock) noexcept STRATA_ACQUIRE(lock)
      : lock_(lock) {
    lock_.lock();
  }
  /// Gives it back.
  ~QueueGuard() STRATA_RELEASE() { lock_.unlock(); }
  QueueGuard(const QueueGuard&) = delete;
  QueueGuard& operator=(const QueueGuard&) = delete;

 private:
  QueueLock& lock_;
};

}  // namespace strata::sched
