/// @file
/// @brief Reads monotonic time, real or virtual.
///
/// Story
///   A test that sleeps is slow and still races. Whoever needs time asks
///   now_ns(); a test puts a VirtualClock in place and decides what time it
///   is, and under the schedule explorer time moves only when all threads
///   wait.
#pragma once

#include "strata/base/atomic.hpp"

#include <cstdint>

namespace strata {

/// Returns monotonic nanoseconds since some moment in the past.
/// @return the explorer's time, else an installed VirtualClock's, else
///         CLOCK_MONOTONIC
[[nodiscard]] std::int64_t now_ns() noexcept;

/// Replaces the clock of the process for its lifetime; for tests.
/// @invariant at most one exists at a time
class VirtualClock {
 public:
  /// Installs a clock that stands still at @p start_ns.
  explicit VirtualClock(std::int64_t start_ns = 1) noexcept;
  /// Gives the real clock back.
  ~VirtualClock();
  VirtualClock(const VirtualClock&) = delete;
  VirtualClock& operator=(const VirtualClock&) = delete;

  /// Moves time forward. @param delta_ns nanoseconds, not negative
  void advance(std::int64_t delta_ns) noexcept;
  /// Returns the time of this clock in nanoseconds.
  [[nodiscard]] std::int64_t now_ns() const noexcept;

 private:
  // atomic; plain counter, readers may see the time of a moment ago
  atomic<std::int64_t> now_ns_;
};

}  // namespace strata
