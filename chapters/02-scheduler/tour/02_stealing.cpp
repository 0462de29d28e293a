/// @file
/// @brief Draws how an idle P steals work, from the scheduler's own events.
///
/// Story
///   Twice, main makes eight goroutines and then computes, so that its own
///   P cannot run them. The other P steals the older half of what it finds,
///   and half of the rest when that is done. Nothing here moves a
///   goroutine.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>

#include "lane.hpp"
#include "recorder.hpp"
#include "strata/sched/sched.hpp"

namespace {

using strata::tour::Lane;

constexpr int kWaves = 2;
constexpr int kGoroutines = 8;  // in each wave
constexpr std::int64_t kWorkNs = 1'500'000;

std::atomic<int> done = 0;

// Computes for so long, and further until so many goroutines are done.
void compute(std::int64_t ns, int until_done) {
  const std::int64_t end = strata::now_ns() + ns;
  while (strata::now_ns() < end ||
         done.load(std::memory_order_relaxed) < until_done) {
  }
}

void make_work() {
  strata::max_procs(2);
  strata::tour::start_recording();
  for (int wave = 1; wave <= kWaves; ++wave) {
    for (int i = 0; i < kGoroutines; ++i) {
      strata::go([] {
        compute(kWorkNs, 0);
        done.fetch_add(1, std::memory_order_relaxed);
      });
    }
    compute(3 * kWorkNs, wave * kGoroutines);
  }
}

}  // namespace

int main() {
  std::puts("  Two Ps. One makes work, the other steals it.\n");
  strata::sched::run({}, [] { make_work(); });
  const auto events = strata::tour::recorded();
  const auto& [made, began_ns] =
      events.front();  // the first goroutine: 'a'
  const std::int64_t length_ns = events.back().ns - began_ns;
  Lane maker = {.now = 'M'};
  Lane thief;
  for (const auto& [event, ns] : events) {
    const auto column = std::min(
        (ns - began_ns) * Lane::kColumns / length_ns, Lane::kColumns);
    (event.p == made.p ? maker : thief)
        .draw(event, static_cast<char>('a' + event.g - made.g),
              static_cast<std::size_t>(column));
  }
  std::printf("  maker  |%s|\n", maker.runs.c_str());
  std::printf("  thief  |%s|\n", thief.runs.c_str());
  std::printf("  steals  %s\n", thief.steals.c_str());
  std::printf("\n  %.0f ms from left to right.\n",
              static_cast<double>(length_ns) / 1e6);
  std::puts(
      "  A letter is a goroutine, M is main, a dot: no thread has this P.\n"
      "  All letters work equally long; one that looks longer is a thread\n"
      "  that the system made wait for a processor.\n\n"
      "  A digit is a steal and says how many goroutines it moved. Of "
      "seven\n"
      "  in the maker's ring half is 4, half of the rest 2, then 1; the "
      "last\n"
      "  1 is the front slot, which the maker would run next. A thief "
      "that\n"
      "  is still awake begins before all eight are there.");
}
