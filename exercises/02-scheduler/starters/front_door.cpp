/// @file
/// @brief Bug 02.b4, yours: a server lets everybody in, and dies of it.
///
/// Story
///   Goroutines are cheap, so each request gets one. In the test there were
///   a thousand requests. Then came the day with a hundred thousand.
#include <cstdio>
#include <cstdlib>

#include "strata/base/atomic.hpp"
#include "strata/sched/sched.hpp"

namespace {

// What the machine behind the door can take at once.
constexpr int kInsideMax = 100;

// The requests inside, the most there were, and those served.
strata::atomic<int> inside{0};
strata::atomic<int> most_inside{0};
strata::atomic<int> served{0};

// Serves one request, which takes some turns. Leave it as it is.
void serve() {
  const int now = inside.fetch_add(1, std::memory_order_relaxed) + 1;
  // relaxed, here and below: numbers for the report.
  int most = most_inside.load(std::memory_order_relaxed);
  while (most < now && !most_inside.compare_exchange_weak(
                           most, now, std::memory_order_relaxed,
                           std::memory_order_relaxed)) {
  }
  for (int turn = 0; turn < 20; ++turn) strata::yield();
  inside.fetch_sub(1, std::memory_order_relaxed);
  // release: main reads the numbers after the last one.
  served.fetch_add(1, std::memory_order_release);
}

// Stands for the rest of the server, which has goroutines of its own.
void mind_own_business() {
  for (;;) strata::yield();
}

// One of the doors through which requests come in.
void accept(int requests) {
  for (int i = 0; i < requests; ++i) {
    strata::go([] { serve(); });
  }
}

int argument(int argc, char** argv, int number, int otherwise) {
  return argc > number ? std::atoi(argv[number]) : otherwise;
}

}  // namespace

// Its arguments: requests at each door, doors, the number of Ps, and how
// many goroutines the rest of the server has.
int main(int argc, char** argv) {
  const int requests = argument(argc, argv, 1, 100'000);
  const int doors = argument(argc, argv, 2, 1);
  const int procs = argument(argc, argv, 3, 1);
  const int others = argument(argc, argv, 4, 0);
  return strata::sched::run({}, [=] {
    strata::max_procs(procs);
    for (int i = 0; i < others; ++i) strata::go(mind_own_business);
    for (int i = 0; i < doors; ++i) {
      strata::go([requests] { accept(requests); });
    }
    // acquire: see serve.
    while (served.load(std::memory_order_acquire) < requests * doors) {
      strata::yield();
    }
    const int most = most_inside.load(std::memory_order_relaxed);
    std::printf("served %d requests, at most %d at once\n",
                requests * doors, most);
    return most <= kInsideMax ? 0 : 1;
  });
}
