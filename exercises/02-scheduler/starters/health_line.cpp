/// @file
/// @brief Bug 02.b1, yours: a service prints how many goroutines it has.
///
/// Story
///   It built fine a year ago. Somebody had found the function that counts
///   in a debugger, and declared it here, because no header had it. The
///   runtime was updated since.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "strata/base/atomic.hpp"
#include "strata/sched/sched.hpp"

namespace strata::sched::detail {
std::int64_t count_live();
}  // namespace strata::sched::detail

namespace {

// The service is to end.
strata::atomic<bool> stop{false};

// Starts workers that live until they are told to stop.
void start_workers(int count) {
  for (int i = 0; i < count; ++i) {
    strata::go([] {
      // relaxed: nothing else depends on it.
      while (!stop.load(std::memory_order_relaxed)) strata::yield();
    });
  }
}

}  // namespace

// Its argument is the number of workers; 3 if there is none.
int main(int argc, char** argv) {
  const int workers = argc > 1 ? std::atoi(argv[1]) : 3;
  return strata::sched::run({}, [workers] {
    start_workers(workers);
    const std::int64_t alive = strata::sched::detail::count_live();
    std::printf("health: %lld goroutines alive\n",
                static_cast<long long>(alive));
    stop.store(true, std::memory_order_relaxed);
    while (strata::num_goroutine() > 1) strata::yield();
  });
}
