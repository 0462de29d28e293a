/// @file
/// @brief Gathers everything the Ms share.
///
/// Lock order
///   `State::lock` has rank kSched: nothing but kAllGs and lower is taken
///   under it. The run queues of Ps have no lock.
///
/// Memory order
///   [MO:idle-protocol] spinning and idle counts, see idle.cpp.
///
/// Source
///   Go runtime/runtime2.go: schedt.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "g_table.hpp"
#include "global_queue.hpp"
#include "knobs.hpp"
#include "queue_lock.hpp"
#include "steal_order.hpp"
#include "strata/base/atomic.hpp"
#include "strata/base/intrusive_list.hpp"
#include "strata/base/ranked_lock.hpp"
#include "strata/context/stack_pool.hpp"
#include "strata/sched/layer.hpp"
#include "strata/sched/m.hpp"
#include "strata/sched/p.hpp"

namespace strata::sched {

/// What all Ms share; one object, defined in state.cpp. `run` leaves it as
/// it found it.
/// @goname{sched, allp, allm, runtime2.go}
struct State {
  // constant during a run
  std::span<const Layer* const> layers;
  const Layer* idle_owner = nullptr;
  bool has_exit_hooks = false;
  bool has_deadlines = false;
  Knobs knobs;
  std::int64_t started_ns = 0;
  std::optional<context::StackPool> stacks;
  std::optional<GTable> goroutines;
  int (*main)(void*) = nullptr;
  void* main_argument = nullptr;

  RankedLock lock{LockRank::kSched};
  QueueLock queue_lock{lock};
  // guarded by queue_lock, but for its size
  GlobalQueue global;
  // guarded by lock
  IntrusiveList<P> idle_ps STRATA_GUARDED_BY(lock);
  IntrusiveList<M> idle_ms STRATA_GUARDED_BY(lock);
  std::vector<std::unique_ptr<M>> ms STRATA_GUARDED_BY(lock);
  int stop_wait STRATA_GUARDED_BY(lock) = 0;
  bool world_stopping STRATA_GUARDED_BY(lock) = false;

  // changed while the world is stopped, read at any time
  std::array<std::unique_ptr<P>, kMaxProcs> ps;
  StealOrder steal_order;
  // atomic, relaxed: how many of ps run, and how many were ever made
  atomic<int> procs{0};
  atomic<int> ps_made{0};

  // atomic [MO:idle-protocol]
  atomic<std::uint32_t> spinning{0};
  atomic<std::uint32_t> idle_p_count{0};

  // atomic; the M that sleeps until the next deadline
  atomic<bool> watched{false};
  atomic<std::uint32_t> watch_word{0};

  // atomic; the world
  atomic<bool> world_taken{false};
  atomic<std::uint32_t> stop_word{0};

  // atomic; life of a run
  atomic<bool> running{false};
  atomic<bool> exiting{false};
  atomic<int> exit_code{0};
  atomic<std::uint32_t> live_threads{0};

  // atomic, relaxed counters
  atomic<std::uint64_t> last_goid{0};
  atomic<std::int64_t> system_live{0};
  atomic<std::uint32_t> idle_m_count{0};
  atomic<std::uint32_t> m_count{0};
};

extern State state;

}  // namespace strata::sched
