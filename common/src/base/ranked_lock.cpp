/// @file
/// @brief Waits for a ranked lock that is not free, and wakes who waits.

#include "strata/base/ranked_lock.hpp"

#include "strata/os/cpu.hpp"
#include "strata/os/futex.hpp"

namespace strata {
namespace {

#if STRATA_EXPLORE
// One turn shows all there is to see.
int spin_turns() noexcept { return 1; }
#else
// One turn is about 40 ns of pause; a runtime section is shorter than ten.
constexpr int kSpinTurns = 10;

// On one CPU the holder cannot run while we spin.
int spin_turns() noexcept {
  static const int turns = os::affinity_cpus() > 1 ? kSpinTurns : 0;
  return turns;
}
#endif

}  // namespace

// [doc:ranked-lock-slow]
void RankedLock::lock_slow() noexcept {
  if (spin_until_free()) return;
  // Whoever slept cannot know whether others still sleep, so it takes the
  // lock as contended: one wake too many at most, never one too few.
  // [MO:ranked-lock] sees what the last section wrote.
  while (state_.exchange(kContended, std::memory_order_acquire) != kFree) {
    os::futex_wait(state_, kContended);
  }
}
// [/doc:ranked-lock-slow]

// Spins only while nobody sleeps: behind a sleeper the wait is long.
bool RankedLock::spin_until_free() noexcept {
  for (int turn = spin_turns(); turn > 0; --turn) {
    // Relaxed: a stale value costs a turn; take_free() acquires.
    const std::uint32_t state = state_.load(std::memory_order_relaxed);
    if (state == kContended) return false;
    if (state == kFree && take_free()) return true;
    cpu_relax();
  }
  return false;
}

void RankedLock::wake_one() noexcept { os::futex_wake(state_, 1); }

}  // namespace strata
