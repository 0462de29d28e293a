/// @file
/// @brief Burns processor time, a given portion.
#pragma once

#include <cstdint>

#include "strata/base/atomic.hpp"
#include "strata/base/clock.hpp"

namespace strata::lab {

/// Computes for a while. @param ns how long, by the clock, at least.
inline void spin_ns(std::int64_t ns) {
  const std::int64_t end = now_ns() + ns;
  while (now_ns() < end) cpu_relax();
}

}  // namespace strata::lab
