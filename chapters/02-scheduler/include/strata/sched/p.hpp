/// @file
/// @brief Describes a P: the right to run goroutines, and what goes with
/// it.
///
/// Story
///   There are as many Ps as goroutines may run at once. An M needs a P to
///   run goroutines; what the M then uses all the time, the run queue,
///   unused G records, a random generator, belongs to the P and needs no
///   lock.
///
/// States
///   kIdle    -> kRunning | an M takes it           | acquire_p
///   kRunning -> kIdle    | its M found no work     | release_p
///   kRunning -> kStopped | the world stops         | stop_here, stop_world
///   kIdle    -> kStopped | the world stops         | stop_world
///   kStopped -> kRunning | the world goes on       | start_world
///   kStopped -> kIdle    | the world goes on       | start_world
///   kStopped -> kDead    | fewer Ps are wanted     | resize
///   kDead    -> kStopped | more Ps are wanted      | resize
///
/// Source
///   Go runtime/runtime2.go: p.
#pragma once

#include <cstddef>
#include <cstdint>

#include "strata/base/atomic.hpp"
#include "strata/base/cacheline.hpp"
#include "strata/base/intrusive_list.hpp"
#include "strata/base/owner_word.hpp"
#include "strata/base/rng.hpp"
#include "strata/sched/g.hpp"
#include "strata/sched/run_queue.hpp"

namespace strata::sched {

struct M;

/// Says who has a P. The values are printed by scheddetail.
enum class PStatus : std::uint32_t {
  kIdle = 0,     ///< In the list of idle Ps.
  kRunning = 1,  ///< With an M.
  kStopped = 3,  ///< Kept from running while the world is stopped.
  kDead = 4,     ///< Beyond the current number of Ps.
};

/// Most Ps there can be.
inline constexpr int kMaxProcs = 1024;
/// Unused G records a P keeps; half of them go to everyone when it
/// overflows.
inline constexpr std::size_t kFreeGs = kChecked ? 4 : 64;

/// Holds unused G records, newest first, because their stacks are warm.
struct FreeGs {
  // owner P only
  /// The records, `count` of them.
  G* items[kFreeGs] = {};
  // owner P writes, reports read
  /// How many there are.
  OwnerWord<std::uint32_t> count{0};
};

/// Holds the right to run goroutines.
/// @goname{p, runtime2.go}
struct alignas(kCacheLineBytes) P : ListNode {
  /// Makes a P. @param number from 0, constant. @param seed of its
  /// generator.
  explicit P(int number, std::uint64_t seed) : id(number), rng(seed) {}

  // constant after init
  /// Number of the P, from 0.
  const int id;

  // atomic [MO:attention]
  /// One bit per layer that wants to be called here, read at each schedule
  /// step; see layer.hpp.
  atomic<std::uint32_t> attention{0};

  // atomic; changed by `transition` under the scheduler's lock, read
  // anywhere
  /// Who has it.
  atomic<PStatus> status{PStatus::kDead};

  // [doc:p-record]
  // owner P only
  /// Goroutines in a row that shared one time slice.
  std::uint32_t inherited = 0;
  /// Yields in a row that found nothing at hand.
  std::uint32_t idle_yields = 0;
  /// Random numbers for stealing; also for layers above.
  Rng rng;
  /// Unused records for the next `go` here.
  FreeGs free_gs;
  /// Goroutine numbers reserved for this P: the next one, and the end.
  std::uint64_t next_goid = 0;
  /// One past the last reserved number.
  std::uint64_t end_goid = 0;

  // owner P writes, reports and counts read
  /// The M that has it, null when none does.
  OwnerWord<M*> m{nullptr};
  /// Schedule steps that began a time slice.
  OwnerWord<std::uint32_t> tick{0};
  /// User goroutines that were started here.
  OwnerWord<std::int64_t> started{0};
  /// User goroutines that ended here.
  OwnerWord<std::int64_t> ended{0};

  /// Its runnable goroutines.
  RunQueue queue;
  // [/doc:p-record]
};

/// Changes a P's status; the only function that does.
/// @param p the P. @param from what it must be now. @param to the next
/// status.
/// @pre The scheduler's lock is held, or the P is the caller's own.
/// @errors Ends the process when the status is not `from`.
inline void transition(P& p, PStatus from, PStatus to) noexcept {
  detail::change_status("P", p, from, to);
}

}  // namespace strata::sched
