/// @file
/// @brief Compiles an uncontended lock and unlock, for counting.

#include "strata/base/ranked_lock.hpp"

void lock_and_unlock(strata::RankedLock& lock, int& guarded);

void lock_and_unlock(strata::RankedLock& lock, int& guarded) {
  const strata::LockGuard hold(lock);
  ++guarded;
}
