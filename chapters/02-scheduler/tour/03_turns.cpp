/// @file
/// @brief Shows turn by turn from which queue a P takes its next goroutine.
///
/// Story
///   One P, main and five goroutines that each yield twice and then end. A
///   P has three places to look: its front slot, its ring, and the global
///   queue that all Ps share. The table is made from the scheduler's own
///   events.
#include <cstdint>
#include <cstdio>
#include <string>

#include "recorder.hpp"
#include "strata/sched/sched.hpp"

namespace {

using enum strata::sched::TraceKind;

void take_turns() {
  strata::max_procs(1);
  strata::go([] {});  // the first slices are over before we look
  while (strata::num_goroutine() > 1) strata::yield();
  strata::tour::start_recording();
  for (int i = 0; i < 5; ++i) {
    strata::go([] {
      strata::yield();
      strata::yield();
    });
  }
  while (strata::num_goroutine() > 1) strata::yield();
}

// The table: a row for each place, a column for each turn.
struct Table {
  std::string front;
  std::string ring;
  std::string global;
  std::uint64_t first = 0;     // number of the first that was made
  std::uint64_t in_front = 0;  // made last, so it is in the front slot
  std::uint64_t from_global =
      0;  // about to run, taken from the global queue

  void add(const strata::sched::TraceEvent& e) {
    if (e.kind == kGoCreate) in_front = e.g;
    if (first == 0) first = e.g;
    if (e.kind == kGlobalTake) from_global = e.g;
    if (e.kind != kGoStart) return;
    const bool is_global = e.g == from_global;
    const bool is_front = e.g == in_front && !is_global;
    const char letter =
        e.g == 1 ? 'M' : static_cast<char>('A' + e.g - first);
    const bool is_ring = !is_front && !is_global;
    front += {' ', ' ', is_front ? letter : '.'};
    ring += {' ', ' ', is_ring ? letter : '.'};
    global += {' ', ' ', is_global ? letter : '.'};
    if (is_front) in_front = 0;
    from_global = 0;
  }
};

}  // namespace

int main() {
  std::puts(
      "  One P. main, M, starts A B C D E in this order, then it yields.\n"
      "  Each column is a turn: who runs, and from where it was taken.\n");
  strata::sched::run({}, [] { take_turns(); });
  Table table;
  for (const auto& timed : strata::tour::recorded()) table.add(timed.event);
  std::printf("  front slot    %s\n", table.front.c_str());
  std::printf("  own ring      %s\n", table.ring.c_str());
  std::printf("  global queue  %s\n\n", table.global.c_str());
  std::puts(
      "  E was started last: it sits in the front slot and runs next. It\n"
      "  pushed D out into the ring, as D did with C: A is the oldest "
      "there.\n"
      "  Who yields goes to the end of the global queue, so that "
      "everybody\n"
      "  has a turn before M has its second. At last E ends, and the P "
      "moves\n"
      "  its share of the global queue into its ring: A runs, others "
      "wait.");
}
