/// @file
/// @brief Waits for something that another thread is about to make true.
///
/// Story
///   A test that sleeps is either slow or flaky. This helper looks again
///   and again: first at once, then after giving way to other threads, and
///   with naps of at most a millisecond once that did not help. A test
///   therefore takes as long as the thing it waits for, and the limit only
///   decides when to give up.
#pragma once

#include <chrono>
#include <concepts>

namespace strata::testkit {

/// How long `eventually` waits unless the test says otherwise.
inline constexpr std::chrono::milliseconds kEventuallyLimit{5000};

/// Paces a loop that waits: gives way more the longer it takes.
class Backoff {
 public:
  /// Starts the clock. @param limit when to give up, from now on.
  explicit Backoff(std::chrono::nanoseconds limit) noexcept;

  /// Lets other threads run for a moment.
  /// @return false when the limit has passed and the loop should give up.
  /// @blocks{M}
  [[nodiscard]] bool pause() noexcept;

 private:
  std::chrono::steady_clock::time_point deadline_;
  int rounds_ = 0;
};

/// Calls `claim` until it returns true.
///
/// @param claim called on this thread, any number of times.
/// @param limit how long to go on; the claim is tried once more at its end.
/// @return true once the claim held, false if it never did.
/// @blocks{M}
template <std::predicate Claim>
[[nodiscard]] bool eventually(
    Claim claim, std::chrono::nanoseconds limit = kEventuallyLimit) {
  Backoff backoff(limit);
  while (!claim()) {
    if (!backoff.pause()) return claim();
  }
  return true;
}

}  // namespace strata::testkit
