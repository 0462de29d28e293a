/// @file
/// @brief Records goroutines that take turns on one P.
///
/// Story
///   main starts five goroutines, each of which computes a little and
///   yields, three times. Who yields goes to the end of the global queue,
///   so that all have their turn before anybody has the next.
#include <cstdint>
#include <cstdio>

#include "strata/base/clock.hpp"
#include "strata/sched/sched.hpp"
#include "trace_file.hpp"

namespace {

using strata::sched::TraceKind;

constexpr int kGoroutines = 5;
constexpr int kTurns = 3;
constexpr std::int64_t kTurnNs = 20'000;

void compute() {
  const std::int64_t end = strata::now_ns() + kTurnNs;
  while (strata::now_ns() < end) {
  }
}

void take_turns() {
  strata::max_procs(1);
  strata::go([] {});  // the first slices are over before we look
  while (strata::num_goroutine() > 1) strata::yield();
  strata::tour::start_recording();
  for (int i = 0; i < kGoroutines; ++i) {
    strata::go([] {
      for (int turn = 1; turn < kTurns; ++turn) {
        compute();
        strata::yield();
      }
      compute();
    });
  }
  while (strata::num_goroutine() > 1) strata::yield();
}

}  // namespace

int main() {
  strata::sched::run({}, [] { take_turns(); });
  const auto events = strata::tour::recorded();
  strata::figures::TraceFile::Names names = {{1, "main"}};
  char letter = 'A';
  for (const auto& [event, ns] : events) {
    if (event.kind == TraceKind::kGoCreate) names[event.g] = letter++;
  }
  strata::figures::TraceFile::print("Five goroutines take turns on one P",
                                    names, 1, events);
}
