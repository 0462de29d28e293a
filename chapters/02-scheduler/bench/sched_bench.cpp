/// @file
/// @brief Measures the scheduler: yields, spawns, and a million goroutines.
///
/// Story
///   The work of these rows is strata/bench/workloads.hpp, which
///   Boost.Fiber runs too, and the Go peer in its own language. Everything
///   timed runs inside one `run`, as a program would.
#include "strata/bench/bench.hpp"
#include "strata/bench/workloads.hpp"
#include "strata/sched/sched.hpp"

#include <functional>
#include <utility>

namespace {

// Strata as a strata::bench::Runtime.
struct StrataRuntime {
  void use_procs(int procs) {
    if (strata::max_procs(0) != procs) strata::max_procs(procs);
  }

  template <class Body>
  void go(Body&& body) {
    strata::go(std::forward<Body>(body));
  }

  void yield() { strata::yield(); }
};

}  // namespace

int main(int argc, char** argv) {
  strata::bench::Suite suite("Strata", "", argc, argv);
  suite.run_inside([](const std::function<void()>& measure) {
    strata::sched::run({}, measure);
  });
  StrataRuntime runtime;
  strata::bench::scheduler_rows(suite, runtime, 1);
  strata::bench::scheduler_rows(suite, runtime, 2);
  strata::bench::alive_row(suite, runtime);
  return suite.finish();
}
