/// @file
/// @brief Remembers which ranked locks a thread holds and checks their
/// order.
///
/// Story
///   Two threads that take two locks in opposite order deadlock one day in
///   a thousand. Ranks make the mistake visible on every run, on one
///   thread: who asks for a lock of a rank not above all it holds is
///   stopped at once.
///
/// Threads
///   The record belongs to the OS thread, not to the goroutine. Its address
///   is taken anew in each call, because the caller may come back on
///   another thread between two of them. The list is short, so it is
///   scanned.
#include "strata/base/ranked_lock.hpp"

#include "strata/base/assert.hpp"
#include "strata/base/fatal.hpp"
#include "strata/base/source_place.hpp"

#if STRATA_EXPLORE
#include "strata/base/explore_hooks.hpp"
#endif

#include <array>

namespace strata {

#if STRATA_CHECKED || STRATA_EXPLORE

namespace {

constexpr int kHeldMax = 8;

struct Held {
  const RankedLock* lock;
  const char* file;
  std::uint_least32_t line;
};

struct HeldLocks {
  std::array<Held, kHeldMax> entries;
  int count;
  bool registered;
};

constinit thread_local HeldLocks t_held{};

HeldLocks& held_locks() noexcept {
#if STRATA_EXPLORE
  if (!t_held.registered) {
    t_held.registered = true;
    exploring::register_thread_local(&t_held, sizeof(t_held));
  }
#endif
  return t_held;
}

void describe(RawWriter& out, const char* verb, LockRank rank,
              const char* file, std::uint_least32_t line) {
  out.str("\t").str(verb).str(lock_rank_name(rank)).str(" (");
  out.str(lock_rank_protects(rank)).str(") at ").str(file).str(":");
  out.dec(line).str("\n");
}

[[noreturn]] void report_order(const Held& held, const RankedLock& wanted,
                               const SourcePlace& place) {
  RawWriter out;
  out.str("lock order broken:\n");
  describe(out, "holds ", held.lock->rank(), held.file, held.line);
  describe(out, "wants ", wanted.rank(), place.file_name(), place.line());
  out.flush();
  fatal("ranked_lock: lock order broken");
}

}  // namespace

void RankedLock::note_wanted(const SourcePlace& place) const noexcept {
  const HeldLocks& held = held_locks();
  for (int i = 0; i < held.count; ++i) {
    const Held& other = held.entries[static_cast<std::size_t>(i)];
    if (rank_ <= other.lock->rank()) report_order(other, *this, place);
  }
}

void RankedLock::note_taken(const SourcePlace& place) const noexcept {
  HeldLocks& held = held_locks();
  STRATA_ASSERT(held.count < kHeldMax, "ranked_lock: too many locks held");
  held.entries[static_cast<std::size_t>(held.count++)] = {
      this, place.file_name(), place.line()};
}

void RankedLock::note_returned() const noexcept {
  HeldLocks& held = held_locks();
  for (int i = held.count - 1; i >= 0; --i) {
    Held& entry = held.entries[static_cast<std::size_t>(i)];
    if (entry.lock != this) continue;
    entry = held.entries[static_cast<std::size_t>(--held.count)];
    return;
  }
  fatal("ranked_lock: given back by a thread that does not hold it");
}

int held_ranked_locks() noexcept { return held_locks().count; }

#else

int held_ranked_locks() noexcept { return 0; }

#endif

}  // namespace strata
