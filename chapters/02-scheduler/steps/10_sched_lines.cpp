/// @file
/// @brief Keeps two Ps in three states, one after the other, to be watched.
///
/// Story
///   Run it with GODEBUG=schedtrace=20. First main computes alone and the
///   other P is idle. Then goroutines yield all the time and stand in the
///   global queue. Then goroutines that compute lie in rings, because
///   nobody takes a turn from anybody.
#include <atomic>
#include <cstdio>

#include "strata/base/clock.hpp"
#include "strata/sched/sched.hpp"

namespace {

constexpr std::int64_t kPhaseNs = 60'000'000;
constexpr std::int64_t kWorkNs = 12'000'000;

void compute(std::int64_t ns) {
  const std::int64_t end = strata::now_ns() + ns;
  while (strata::now_ns() < end) {
  }
}

void say(const char* phase) {
  std::fflush(stdout);
  std::fprintf(stderr, "%s\n", phase);
}

// [doc:step-phases]
void phases() {
  strata::max_procs(2);
  say("-- main computes alone");
  compute(kPhaseNs);

  say("-- six goroutines yield");
  std::atomic<bool> stop = false;
  for (int i = 0; i < 6; ++i) {
    strata::go([&stop] {
      while (!stop.load(std::memory_order_relaxed)) strata::yield();
    });
  }
  const std::int64_t end = strata::now_ns() + kPhaseNs;
  while (strata::now_ns() < end) strata::yield();
  stop.store(true, std::memory_order_relaxed);
  while (strata::num_goroutine() > 1) strata::yield();

  say("-- ten goroutines compute");
  for (int i = 0; i < 10; ++i) strata::go([] { compute(kWorkNs); });
  while (strata::num_goroutine() > 1) strata::yield();
}
// [/doc:step-phases]

}  // namespace

int main() { return strata::sched::run({}, phases); }
