/// @file
/// @brief Records a run in which one P makes work and the other steals it.
///
/// Story
///   First main starts eight tasks and computes, so that its own P cannot
///   run them: the other P steals half, and half of the rest. Then main
///   starts one goroutine that starts two, and so on, and yields: both Ps
///   work, and the arrows of who started whom make a tree.
#include <atomic>
#include <cstdint>
#include <cstdio>

#include "strata/base/clock.hpp"
#include "strata/sched/sched.hpp"
#include "trace_file.hpp"

namespace {

using strata::sched::TraceKind;

constexpr int kTasks = 8;
constexpr int kTreeDepth = 3;
constexpr int kTreeNodes = (1 << kTreeDepth) - 1;
constexpr std::int64_t kWorkNs = 300'000;

std::atomic<int> done = 0;

// Computes for so long, and further until so many goroutines are done.
void compute(std::int64_t ns, int until_done) {
  const std::int64_t end = strata::now_ns() + ns;
  while (strata::now_ns() < end ||
         done.load(std::memory_order_relaxed) < until_done) {
  }
}

void finish_task() { done.fetch_add(1, std::memory_order_relaxed); }

void fork(int depth) {
  compute(kWorkNs / 2, 0);
  if (depth > 1) {
    strata::go([depth] { fork(depth - 1); });
    strata::go([depth] { fork(depth - 1); });
  }
  compute(kWorkNs / 2, 0);
  finish_task();
}

// Lets the other P steal once, so that its thread exists when it matters,
// and gives that thread the time to fall asleep.
void warm_up() {
  strata::go([] { finish_task(); });
  compute(0, 1);
  compute(4 * kWorkNs, 0);
  done.store(0, std::memory_order_relaxed);
}

void make_work() {
  strata::max_procs(2);
  warm_up();
  strata::tour::start_recording();
  for (int i = 0; i < kTasks; ++i) {
    strata::go([] {
      compute(kWorkNs, 0);
      finish_task();
    });
  }
  compute(2 * kWorkNs, kTasks);
  strata::go([] { fork(kTreeDepth); });
  while (done.load(std::memory_order_relaxed) < kTasks + kTreeNodes) {
    strata::yield();
  }
}

}  // namespace

int main() {
  strata::sched::run({}, [] { make_work(); });
  const auto events = strata::tour::recorded();
  strata::figures::TraceFile::Names names = {{1, "main"}};
  int created = 0;
  for (const auto& [event, ns] : events) {
    if (event.kind != TraceKind::kGoCreate) continue;
    names[event.g] = created++ < kTasks ? "task" : "fork";
  }
  strata::figures::TraceFile::print("One P makes work, the other steals it",
                                    names, 2, events);
}
