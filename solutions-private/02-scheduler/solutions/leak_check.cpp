/// @file
/// @brief Solution of bug 02.b3: what was there before is no leak, and what
///        is about to end is none either.
///
/// Story
///   The count holds everybody's goroutines, a library's too, so only its
///   growth says something. And it drops when goroutines have ended, not
///   when they were told to: it needs time to settle, with a limit, since a
///   real leak never settles.
// strata-private-d83809995ebf9aee
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "strata/base/atomic.hpp"
#include "strata/base/clock.hpp"
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

// How long goroutines that were told to end may take.
constexpr std::int64_t kSettleNs = 2'000'000'000;

// Lets others end, until no more than `count` goroutines are left or the
// time is over. Returns how many are too many.
std::int64_t too_many(std::int64_t count) {
  const std::int64_t limit_ns = strata::now_ns() + kSettleNs;
  while (strata::num_goroutine() > count && strata::now_ns() < limit_ns) {
    strata::yield();
  }
  return strata::num_goroutine() - count;
}

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
    const std::int64_t before = strata::num_goroutine();
    serve(workers, leaky);
    const std::int64_t leaked = too_many(before);
    std::printf("leaked %lld goroutines\n", static_cast<long long>(leaked));
    return leaked == 0 ? 0 : 1;
  });
}
