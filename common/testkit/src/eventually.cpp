/// @file
/// @brief Decides how a waiting test spends its time.
#include "strata/testkit/eventually.hpp"

#include <algorithm>
#include <thread>

namespace strata::testkit {

namespace {

// Rounds that only give way, before naps begin.
constexpr int kYieldRounds = 64;
// Naps double from 1 us to this one, so that a late event is seen soon.
constexpr std::chrono::microseconds kLongestNap{1000};

}  // namespace

Backoff::Backoff(std::chrono::nanoseconds limit) noexcept
    : deadline_(std::chrono::steady_clock::now() + limit) {}

bool Backoff::pause() noexcept {
  if (std::chrono::steady_clock::now() >= deadline_) return false;
  ++rounds_;
  if (rounds_ <= kYieldRounds) {
    std::this_thread::yield();
    return true;
  }
  const int doublings = std::min(rounds_ - kYieldRounds, 10);
  std::this_thread::sleep_for(
      std::min(kLongestNap, std::chrono::microseconds(1 << doublings)));
  return true;
}

}  // namespace strata::testkit
