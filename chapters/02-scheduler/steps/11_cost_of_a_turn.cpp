/// @file
/// @brief Measures what a yield costs, and what it does to a loop.
///
/// Story
///   Four questions about cost, answered as ratios of one run: a yield with
///   nobody else there, a yield that switches, a loop that yields at each
///   item against one that does not, and a goroutine against a thread.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <thread>

#include "strata/base/clock.hpp"
#include "strata/sched/sched.hpp"

namespace {

constexpr int kRounds = 7;  // the best one counts: noise only ever adds

// [doc:step-best-of]
template <class Body>
double best_ns(int times, Body&& body) {
  double best = 1e18;
  for (int round = 0; round < kRounds; ++round) {
    const std::int64_t begin = strata::now_ns();
    for (int i = 0; i < times; ++i) body();
    const auto ns = static_cast<double>(strata::now_ns() - begin);
    best = std::min(best, ns / times);
  }
  return best;
}
// [/doc:step-best-of]

std::uint32_t state = 1;
std::uint32_t kept = 0;  // keeps the compiler from leaving the work out

// An item of work of some ten nanoseconds.
[[gnu::noinline]] void work() {
  for (int i = 0; i < 8; ++i) state = state * 1664525 + 1013904223;
  kept += state;
}

double loop_with_yields(bool yields) {
  return best_ns(100'000, [yields] {
    work();
    if (yields) strata::yield();
  });
}

double start_goroutine() {
  return best_ns(2'000, [] {
    bool done = false;
    strata::go([&done] { done = true; });
    while (!done) strata::yield();
  });
}

double start_thread() {
  return best_ns(200, [] { std::thread([] {}).join(); });
}

void print(const char* what, double ns, double to) {
  std::printf("  %-38s %9.1f  %9.2f\n", what, ns, ns / to);
}

void measure() {
  strata::max_procs(1);
  const double alone = best_ns(100'000, [] { strata::yield(); });
  const double plain = loop_with_yields(false);
  const double polite = loop_with_yields(true);
  bool stop = false;
  strata::go([&stop] {
    while (!stop) strata::yield();
  });
  // Two switches a round: to the other one and back.
  const double pair = best_ns(100'000, [] { strata::yield(); }) / 2;
  const double shared = loop_with_yields(true);
  stop = true;
  while (strata::num_goroutine() > 1) strata::yield();
  const double thread = start_thread();
  const double goroutine = start_goroutine();
  std::puts(
      "One P, best of seven rounds.         nanoseconds      ratio\n");
  print("yield, nobody else is there", alone, alone);
  print("yield, two take turns", pair, alone);
  std::puts("");
  print("a loop over small items", plain, plain);
  print("  yields at each, alone", polite, plain);
  print("  yields at each, beside another", shared, plain);
  std::puts("");
  print("start a thread, wait for its end", thread, thread);
  print("start a goroutine, wait for its end", goroutine, thread);
}

}  // namespace

int main() {
  strata::sched::run({}, measure);
  return kept == 42 ? 1 : 0;
}
