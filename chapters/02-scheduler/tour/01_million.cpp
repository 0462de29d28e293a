/// @file
/// @brief Counts a million goroutines that are alive at the same time.
///
/// Story
///   Each goroutine says that it has started and yields for ever. One
///   creator per P makes them; the count is taken while all stand on their
///   stacks. Then main returns, and with it the run: nobody waits for the
///   million.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>

#include "facts.hpp"
#include "strata/base/clock.hpp"
#include "strata/sched/sched.hpp"

namespace {

using strata::tour::grouped;
using strata::tour::print_fact;

constexpr std::int64_t kWanted = 1'000'000;
constexpr std::int64_t kMarks = 50;  // '#' signs of the progress bar

std::int64_t goal = 0;
std::atomic<std::int64_t> numbers = 0;
std::atomic<std::int64_t> started = 0;

void live() {
  started.fetch_add(1, std::memory_order_relaxed);
  for (;;) strata::yield();
}

// Draws numbers and makes a goroutine for each, until the goal is reached.
void create() {
  for (;;) {
    const auto n = numbers.fetch_add(1, std::memory_order_relaxed) + 1;
    if (n > goal) return;
    strata::go([] { live(); });
    if (n * kMarks / goal == (n - 1) * kMarks / goal) continue;
    std::putchar('#');
    std::fflush(stdout);
  }
}

void report(std::int64_t ns) {
  const auto each = 1.0 / static_cast<double>(goal);
  const auto kb = [each](const char* key) {
    return each * static_cast<double>(
                      strata::tour::read_number("/proc/self/status", key));
  };
  std::printf("|\n\n");
  print_fact("have run", started.load(std::memory_order_relaxed),
             "each counted itself when it started");
  print_fact("are alive", strata::num_goroutine(),
             "says num_goroutine(): they and main");
  print_fact("memory each", kb("VmRSS:"), "KB",
             "a page of stack and a record");
  print_fact("page tables each", kb("VmPTE:"), "KB", "the kernel's share");
  const std::int64_t mappings = strata::tour::mappings();
  print_fact("mappings in all", mappings,
             mappings < goal ? "stacks lie in slabs, guards cost none"
                             : "this kernel wants two for each stack");
  print_fact("time each", each * static_cast<double>(ns) / 1e3, "us",
             "until all had run; mostly page faults");
}

void show() {
  const std::int64_t begin = strata::now_ns();
  const int creators = strata::max_procs(0);
  for (int i = 1; i < creators; ++i) strata::go([] { create(); });
  create();
  while (started.load(std::memory_order_relaxed) < goal) strata::yield();
  report(strata::now_ns() - begin);
}

}  // namespace

int main() {
  const strata::tour::Room room = strata::tour::room_for_goroutines();
  goal = std::min(kWanted, room.goroutines);
  std::printf("  %s goroutines, each on a stack of its own.\n",
              grouped(goal).c_str());
  if (goal < kWanted)
    std::printf("  No more, because of %s.\n", room.limit);
  std::printf("\n  |");
  std::fflush(stdout);
  strata::sched::run({}, [] { show(); });
  std::puts(
      "\n  main has returned: they are gone, their memory is given back.");
  print_fact("mappings left", strata::tour::mappings(),
             "the program's own");
}
