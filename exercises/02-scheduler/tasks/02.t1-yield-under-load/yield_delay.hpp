/// @file
/// @brief Says what task 02.t1 asks for: how long a yield takes.
#pragma once

#include <functional>

namespace strata::lab {

/// How long one yield took, on average, in nanoseconds.
struct Delay {
  /// With nobody else to run.
  double alone_ns = 0;
  /// Beside goroutines that have work.
  double loaded_ns = 0;
};

/// Times yields of the calling goroutine, first alone, then under load.
///
/// @param burners goroutines of the load, 0 or more. Each calls `burn` and
///        yields, again and again, until the timing is over.
/// @param yields how many yields are timed, in each of both cases.
/// @param burn one portion of work; called by burners only.
/// @return the two averages.
/// @pre Called on a goroutine, with nobody else to run.
/// @post All burners have ended.
/// @blocks{G}
Delay measure_yield(int burners, int yields,
                    const std::function<void()>& burn);

}  // namespace strata::lab
