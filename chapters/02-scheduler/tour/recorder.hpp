/// @file
/// @brief Keeps the scheduler's own events, with the time of each.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "strata/base/clock.hpp"
#include "strata/sched/layer.hpp"

namespace strata::tour {

/// Holds an event and when it happened.
struct Timed {
  /// What happened.
  sched::TraceEvent event;
  /// When, in nanoseconds of `now_ns`.
  std::int64_t ns;
};

namespace detail {
inline std::array<Timed, 8192> timed;
inline std::atomic<std::size_t> timed_count = 0;

// Runs on the thread of the event: takes a slot that nobody else has.
inline void record(const sched::TraceEvent& event) {
  const std::size_t slot =
      timed_count.fetch_add(1, std::memory_order_relaxed);
  if (slot < timed.size()) timed[slot] = {event, now_ns()};
}
}  // namespace detail

/// Records from now on, up to 8192 events.
inline void start_recording() { sched::set_trace_sink(&detail::record); }

/// Ends the recording.
/// @return the events, in the order of their slots.
/// @pre Nothing else happens any more: the run has ended.
inline std::span<const Timed> recorded() {
  sched::set_trace_sink(nullptr);
  // relaxed: the run's threads have been joined.
  const std::size_t count =
      detail::timed_count.load(std::memory_order_relaxed);
  return std::span(detail::timed)
      .first(std::min(count, detail::timed.size()));
}

}  // namespace strata::tour
