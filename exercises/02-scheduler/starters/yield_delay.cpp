/// @file
/// @brief Starter of task 02.t1, yours: times yields, alone and under load.
#include "yield_delay.hpp"

#include "strata/base/clock.hpp"
#include "strata/sched/sched.hpp"

namespace strata::lab {

// YOURS, task 02.t1: begin

Delay measure_yield(int, int, const std::function<void()>&) {
  // now_ns() reads the clock; go() starts a burner; yield() is what you
  // time. A burner must have begun before you time it, and must end.
  return {};
}

// YOURS, task 02.t1: end

}  // namespace strata::lab
