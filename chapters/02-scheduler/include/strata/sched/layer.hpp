/// @file
/// @brief Lets the layers above plug in: all seams of the runtime, in one
/// file.
///
/// Story
///   One rule: the hot path reads a word, the cold path calls a function.
///   The word is `P::attention`, one bit per layer, read once per schedule
///   step; while it is zero, layers above cost nothing. The functions stand
///   in a constant table per layer, `Layer`, and are called at rare moments
///   only: a P is made, a thread starts, nobody has work. A program lists
///   its layers when it calls `run`; nothing registers itself.
///
/// Invariants
///   I-02.7 A raised bit is attended: either the M that has the P sees it
///          at its next schedule step, or the raiser finds the P idle and
///          gives it to an M. No order of steps loses it (raise_and_wake).
///   I-02.8 `attend` runs on an M's own stack, with the P, no lock held.
///
/// Not done
///   Weak symbols and registration in static initializers: a linker drops
///   both from a static library without a word. Virtual calls or a loop
///   over hooks on the hot path: 2 to 7 ns on every switch.
///
/// Source
///   Go has no such seam; its proc.go names timers, netpoll and the
///   collector.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "strata/base/atomic.hpp"
#include "strata/base/debug_options.hpp"
#include "strata/sched/g.hpp"
#include "strata/sched/m.hpp"
#include "strata/sched/p.hpp"

namespace strata::sched {

/// Means "no deadline".
inline constexpr std::int64_t kNever =
    std::numeric_limits<std::int64_t>::max();
/// The attention bit of the scheduler itself: the world stops or ends.
inline constexpr std::uint32_t kAttentionStop = 1U << 31;

/// Lists what a layer above wants to be called for; null where it does not.
///
/// A constant, one per layer. Functions are called with no lock held unless
/// said otherwise, and must not throw.
struct Layer {
  /// Name for messages.
  const char* name = "";
  /// Number of its chapter, 3 to 10: its attention bit and its word in G.
  int number = 0;
  /// Knobs it adds to GODEBUG; borrowed for the run.
  std::span<const DebugOption> knobs{};
  /// Prepares and clears what the layer keeps per P; the world is stopped.
  void (*p_init)(P& p) = nullptr;
  /// Clears what the layer keeps per P, when the P dies or the run ends.
  void (*p_fini)(P& p) = nullptr;
  /// Runs first thing on each new M, on its own stack, without a P.
  void (*thread_start)(M& m) = nullptr;
  /// Runs when a goroutine has returned, still on its stack.
  void (*goroutine_exit)(G& g) = nullptr;
  /// Serves a raised attention bit: bounded, never blocks. See I-02.8.
  void (*attend)(P& p) = nullptr;
  /// Tells when the layer next wants attention, in `now_ns` time, or
  /// kNever.
  std::int64_t (*next_deadline)() = nullptr;
  /// Tells whether the layer may still make a goroutine runnable by itself:
  /// a pending timer, an open socket. Asked when everything seems asleep.
  bool (*may_wake)() = nullptr;
  /// Sleeps in place of the scheduler until the deadline or `idle_unblock`.
  /// At most one layer of a run sets this; called by one M at a time.
  void (*idle_block)(std::int64_t deadline_ns) = nullptr;
  /// Ends a running or the next `idle_block`; any thread, any time.
  void (*idle_unblock)() = nullptr;
  /// Runs when the world is asked to stop, under the scheduler's lock.
  void (*request_stop)() = nullptr;
};

/// Names the bit of a layer in `P::attention`.
/// @param layer its number counts. @return one bit.
[[nodiscard]] constexpr std::uint32_t attention_bit(const Layer& layer) {
  return 1U << layer.number;
}

/// Raises a layer's attention bit on a P and makes sure that it is seen.
/// @param p any P of the run. @param layer one of the run's layers.
/// @memorder sequentially consistent, see I-02.7.
void raise_and_wake(P& p, const Layer& layer) noexcept;

/// Wakes the M that sleeps until the layers' earliest deadline, because an
/// earlier one has come up.
void deadline_moved() noexcept;

/// Asks all layers whether one may still wake somebody.
/// @return true when at least one may.
[[nodiscard]] bool anyone_may_wake();

/// Kinds of events that the scheduler reports to a trace.
enum class TraceKind : std::uint8_t {
  kGoCreate,    ///< g was started; other: the goroutine that started it.
  kGoStart,     ///< g begins or goes on to run.
  kGoYield,     ///< g has yielded.
  kGoEnd,       ///< g has returned.
  kProcStart,   ///< An M took the P; other: number of the M.
  kProcStop,    ///< The P went idle.
  kSteal,       ///< g was stolen, and maybe more; other: the victim P.
  kGlobalTake,  ///< g came from the global queue.
  kOverflow,    ///< Half of a full ring went to the global queue.
  kSpinStart,   ///< The M begins to look for work without having any.
};

/// Describes one event.
struct TraceEvent {
  /// What happened.
  TraceKind kind;
  /// Number of the P, -1 without one.
  int p;
  /// Number of the goroutine, 0 without one.
  std::uint64_t g;
  /// Depends on the kind.
  std::uint64_t other;
};

/// Takes events, on whatever thread they happen; must not block for long,
/// throw, or call the scheduler.
using TraceSink = void (*)(const TraceEvent& event);

/// Turns tracing on or off.
/// @param sink takes events from now on; null turns tracing off. A sink
/// that was replaced may still be running when this returns.
void set_trace_sink(TraceSink sink) noexcept;

namespace detail {
extern constinit atomic<TraceSink> g_trace_sink;
}  // namespace detail

}  // namespace strata::sched

/// Reports an event if a trace is on: one relaxed load when it is off. The
/// load may miss a sink that was set a moment ago.
#define STRATA_TRACE(kind_, p_, g_, other_)                         \
  do {                                                              \
    auto* strata_sink = ::strata::sched::detail::g_trace_sink.load( \
        std::memory_order_relaxed);                                 \
    if (strata_sink != nullptr) [[unlikely]] {                      \
      strata_sink({.kind = ::strata::sched::TraceKind::kind_,       \
                   .p = (p_),                                       \
                   .g = (g_),                                       \
                   .other = static_cast<std::uint64_t>(other_)});   \
    }                                                               \
  } while (false)
