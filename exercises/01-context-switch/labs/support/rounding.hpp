/// @file
/// @brief Finds how a flow rounds: by asking, and by arithmetic.
#pragma once

#include <cfenv>

namespace strata::context::lab {

/// Finds by arithmetic how doubles are rounded. On x86 they are computed by
/// another unit than the one that fegetround asks, with a control word of
/// its own.
inline int rounding_of_doubles() {
  const volatile double one = 1.0;
  const volatile double three = 3.0;
  constexpr double kNearest = 1.0 / 3.0;
  const volatile double third = one / three;
  const volatile double minus_third = -one / three;
  if (third > kNearest) return FE_UPWARD;
  return minus_third < -kNearest ? FE_DOWNWARD : FE_TONEAREST;
}

/// Tells whether both units round by `mode`.
inline bool rounds(int mode) {
  return std::fegetround() == mode && rounding_of_doubles() == mode;
}

}  // namespace strata::context::lab
