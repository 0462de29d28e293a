/// @file
/// @brief Solution of bug 02.b4: a place is taken before a goroutine is
///        started, and given back when it ends.
///
/// Story
///   The bound stands where goroutines begin. Looking whether a place is
///   free and taking it are one step, so the limit holds with any number of
///   doors. A door without a place yields, which keeps a P busy; a
///   semaphore, chapter 4, would park it.
// strata-private-44373cdec956d939
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
// Places that are taken, by goroutines that may not even have begun.
strata::atomic<int> taken{0};

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

// Takes a place inside. Returns false when all of them are taken.
bool take_place() {
  // relaxed, here and below: the places protect no data.
  int seen = taken.load(std::memory_order_relaxed);
  return seen < kInsideMax && taken.compare_exchange_strong(
                                  seen, seen + 1, std::memory_order_relaxed,
                                  std::memory_order_relaxed);
}

// One of the doors through which requests come in.
void accept(int requests) {
  for (int i = 0; i < requests; ++i) {
    while (!take_place()) strata::yield();
    strata::go([] {
      serve();
      taken.fetch_sub(1, std::memory_order_relaxed);
    });
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
