/// @file
/// @brief The stopwatch of one round.
#include "strata/bench/loop.hpp"

#include "strata/base/assert.hpp"
#include "strata/bench/process.hpp"

namespace strata::bench {

// The processor clock is a system call of 0.2 us and brackets the wall
// clock, so that its cost is not in the time that is compared across Ps.
void Loop::start() {
  is_running_ = true;
  begin_.cpu_ns = process_cpu_ns();
  begin_.wall_ns = wall_ns();
}

void Loop::stop() {
  if (!is_running_) return;
  elapsed_.wall_ns = wall_ns() - begin_.wall_ns;
  elapsed_.cpu_ns = process_cpu_ns() - begin_.cpu_ns;
  is_running_ = false;
}

void Loop::metric(std::string_view name, double value,
                  std::string_view unit) {
  metrics_.push_back({std::string(name), value, std::string(unit)});
}

Elapsed Loop::elapsed() const {
  STRATA_ASSERT(!is_running_, "a round is read after its stop()");
  return elapsed_;
}

}  // namespace strata::bench
