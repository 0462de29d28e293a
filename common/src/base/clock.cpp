/// @file
/// @brief Finds the clock in charge and asks it.

#include "strata/base/clock.hpp"

#include "strata/base/assert.hpp"

#include <chrono>

namespace strata {
namespace {

// The test clock in place, if any. [MO:virtual-clock]
constinit atomic<VirtualClock*> installed{nullptr};

}  // namespace

std::int64_t now_ns() noexcept {
#if STRATA_EXPLORE
  if (exploring::Controller* controller = exploring::current_controller()) {
    return controller->now_ns();
  }
#endif
  // [MO:virtual-clock] sees the clock's start.
  if (VirtualClock* clock = installed.load(std::memory_order_acquire)) {
    return clock->now_ns();
  }
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::nanoseconds(now).count();
}

VirtualClock::VirtualClock(std::int64_t start_ns) noexcept
    : now_ns_(start_ns) {
  VirtualClock* none = nullptr;
  // [MO:virtual-clock] publishes the start.
  const bool alone = installed.compare_exchange_strong(
      none, this, std::memory_order_release, std::memory_order_relaxed);
  STRATA_ASSERT(alone, "clock: two virtual clocks at once");
}

VirtualClock::~VirtualClock() {
  // Relaxed: takes away, publishes nothing.
  installed.store(nullptr, std::memory_order_relaxed);
}

void VirtualClock::advance(std::int64_t delta_ns) noexcept {
  STRATA_ASSERT(delta_ns >= 0, "clock: time does not run backwards");
  // Relaxed: time alone orders nothing.
  now_ns_.fetch_add(delta_ns, std::memory_order_relaxed);
}

std::int64_t VirtualClock::now_ns() const noexcept {
  // Relaxed: a reader may see the time of a moment ago.
  return now_ns_.load(std::memory_order_relaxed);
}

}  // namespace strata
