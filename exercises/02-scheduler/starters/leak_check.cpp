/// @file
/// @brief Bug 02.b3, yours: a service checks at its end that it leaks no
///        goroutine, and cries wolf.
///
/// Story
///   The check is in every test since a real leak was found. Now it fails
///   each time, also when nothing leaks, and people have begun to ignore
///   it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "strata/base/atomic.hpp"
#include "strata/sched/sched.hpp"

namespace {

// A library that keeps house in a goroutine of its own. Leave it as it is.
class Metrics {
 public:
  Metrics() {
    strata::go([] {
      strata::set_goroutine_name("metrics");
      for (;;) strata::yield();
    });
  }
};

// The service under test. Leave it as it is: `leaky` of its workers are
// forgotten and never end, the others end some turns after they were told.
void serve(int workers, int leaky) {
  static strata::atomic<bool> stop{false};
  for (int i = 0; i < workers; ++i) {
    strata::go([forgotten = i < leaky] {
      // relaxed: nothing else depends on it.
      while (forgotten || !stop.load(std::memory_order_relaxed)) {
        strata::yield();
      }
      for (int turn = 0; turn < 100; ++turn) strata::yield();
    });
  }
  stop.store(true, std::memory_order_relaxed);
}

int argument(int argc, char** argv, int number, int otherwise) {
  return argc > number ? std::atoi(argv[number]) : otherwise;
}

}  // namespace

// Its arguments: workers, how many of them leak, and the number of Ps.
int main(int argc, char** argv) {
  const int workers = argument(argc, argv, 1, 10);
  const int leaky = argument(argc, argv, 2, 0);
  const int procs = argument(argc, argv, 3, 1);
  return strata::sched::run({}, [=] {
    strata::max_procs(procs);
    const Metrics metrics;
    serve(workers, leaky);
    // Only main should be left.
    const std::int64_t leaked = strata::num_goroutine() - 1;
    std::printf("leaked %lld goroutines\n", static_cast<long long>(leaked));
    return leaked == 0 ? 0 : 1;
  });
}
