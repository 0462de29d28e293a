/// @file
/// @brief Describes an M: an OS thread that runs goroutines.
///
/// Story
///   An M has a stack of its own, g0, on which it looks for work and
///   sleeps. As long as there is work at hand it never goes back there: a
///   goroutine that stops picks the next one and switches straight to it.
///   What the goroutine that left still owes, such as giving a lock back or
///   putting itself into a queue, the next one does first, because only
///   then has the first one really left its stack. That debt is the commit.
///
/// Source
///   Go runtime/runtime2.go: m; runtime/proc.go: mcall, park_m. Go runs the
///   debt on g0; running it on the next goroutine's stack saves a switch.
#pragma once

#include <cstdint>
#include <optional>

#include "strata/base/atomic.hpp"
#include "strata/base/intrusive_list.hpp"
#include "strata/base/owner_word.hpp"
#include "strata/context/switch.hpp"
#include "strata/os/signal.hpp"
#include "strata/os/thread.hpp"
#include "strata/sched/g.hpp"
#include "strata/sched/p.hpp"

namespace strata::sched {

/// Pays what a goroutine owes that has left its stack.
/// @param m the M it left. @param left the goroutine.
/// @param argument whatever was given with the commit.
/// @pre Runs on another stack than left's; must not switch, block or throw.
using Commit = void (*)(M& m, G& left, void* argument);

/// Holds an OS thread that runs goroutines.
/// @goname{m, runtime2.go}
struct M : ListNode {
  /// Makes an M without a thread. @param number from 0, constant.
  explicit M(int number) : id(number) {}

  // constant after init
  /// Number of the M, from 0; 0 is the thread that called `run`.
  const int id;
  /// Where this thread keeps errno and its exceptions.
  context::ThreadAnchors anchors;

  // owner M only
  // [doc:m-record]
  /// The M's own stack while a goroutine runs.
  context::Context g0;
  /// The goroutine that just left, and what it owes; null commit: nothing.
  G* left = nullptr;
  /// The debt of `left`.
  Commit commit = nullptr;
  /// Argument of the debt.
  void* commit_argument = nullptr;
  /// Tells the signal handler where to run when a stack is full.
  std::optional<os::AlternateStack> alternate_stack;

  // owner M writes, or its waker while it sleeps; reports read
  /// The running goroutine, null while on g0.
  OwnerWord<G*> current{nullptr};
  /// Its P, null when it has none.
  OwnerWord<P*> p{nullptr};
  /// True while it looks for work without having any.
  OwnerWord<bool> spinning{false};

  // handed over by whoever wakes it [MO:m-wake]
  /// The P to run with after waking, null when it is only to look around.
  P* next_p = nullptr;
  /// 1 when it has been woken; it sleeps while this is 0.
  atomic<std::uint32_t> wake_word{0};
  // [/doc:m-record]

  // guarded by the scheduler's lock
  /// The thread, started for every M but 0.
  os::Thread thread;
};

}  // namespace strata::sched
