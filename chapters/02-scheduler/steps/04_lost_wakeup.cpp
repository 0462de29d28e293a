/// @file
/// @brief Tries every schedule of going to sleep against making work.
///
/// Story
///   A P without work looks a last time and sleeps; whoever makes work
///   wakes a sleeper, unless somebody is still looking. Each side writes,
///   then looks. A processor may let the look overtake the write: it keeps
///   stores in a buffer for a while. Then both may look before either's
///   write is seen, and a task lies in the queue while everybody sleeps.
///   This program is the two sides, the buffers, and all ways to mix them.
///
/// Source
///   P. Sewell and others, x86-TSO (2010); Go runtime/proc.go, "Worker
///   thread parking/unparking".
#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <tuple>

namespace {

enum Word { kQueued, kSpinning };
enum Side { kMaker, kSpinner };
constexpr const char* kSideNames[] = {"maker", "spinner"};
// What a side does in its three steps; a barrier that is left out is no
// step.
//   maker    1 queued = 1      2 barrier   3 spinning == 0? then wake
//   spinner  1 spinning = 0    2 barrier   3 queued == 0? then sleep
// [doc:step-buffers]
struct State {
  std::array<int, 2> memory = {0, 1};     // queued, spinning
  std::array<int, 2> next_step = {1, 1};  // of each side; 4 is the end
  std::array<bool, 2> in_buffer = {};     // its store is not yet seen
  std::array<int, 2> looked = {-1, -1};   // what its step 3 saw
};
// [/doc:step-buffers]

constexpr Word written_by(Side side) {
  return side == kMaker ? kQueued : kSpinning;
}
constexpr Word read_by(Side side) {
  return side == kMaker ? kSpinning : kQueued;
}

struct Search {
  std::array<bool, 2> has_barrier;
  long schedules = 0;
  long lost = 0;
  std::string first_lost = {};
  // [doc:step-all-schedules]
  void explore(const State& state, const std::string& path) {
    bool ended = true;
    for (const Side side : {kMaker, kSpinner}) {
      if (state.in_buffer[side]) {
        ended = false;
        flush(state, side, path);
      }
      if (state.next_step[side] <= 3) {
        ended = false;
        step(state, side, path);
      }
    }
    if (ended) finish(state, path);
  }
  // [/doc:step-all-schedules]

  // The store leaves the buffer, at a moment of the processor's choosing.
  void flush(State state, Side side, const std::string& path) {
    state.memory[written_by(side)] = side == kMaker ? 1 : 0;
    state.in_buffer[side] = false;
    explore(state, path + "    " + kSideNames[side] + "'s store is seen\n");
  }

  // [doc:step-one-step]
  void step(State state, Side side, const std::string& path) {
    int step = state.next_step[side];
    if (step == 2 && !has_barrier[side]) ++step;
    state.next_step[side] = step + 1;
    std::string line = std::string("    ") + kSideNames[side];
    if (step == 1) {
      state.in_buffer[side] = true;
      line += side == kMaker ? " stores queued = 1\n"
                             : " stores spinning = 0\n";
    } else if (step == 2) {
      // A barrier waits until the buffer is empty.
      if (state.in_buffer[side]) return;
      line += " passes its barrier\n";
    } else {
      state.looked[side] = state.memory[read_by(side)];
      line += side == kMaker ? " reads spinning = " : " reads queued = ";
      line += std::to_string(state.looked[side]) + "\n";
    }
    explore(state, path + line);
  }
  // [/doc:step-one-step]

  // Lost: the maker saw a spinner and woke nobody, the spinner saw no work.
  // [doc:step-lost]
  void finish(const State& state, const std::string& path) {
    ++schedules;
    if (state.looked[kMaker] != 1 || state.looked[kSpinner] != 0) return;
    if (lost++ == 0) first_lost = path;
  }
  // [/doc:step-lost]
};

}  // namespace

int main() {
  std::puts("All schedules of one maker and the last spinner.\n");
  std::puts("  barriers         schedules   wake-ups lost");
  std::string example;
  for (const auto& [name, maker, spinner] :
       {std::tuple{"both sides", true, true},
        {"maker only", true, false},
        {"spinner only", false, true},
        {"none", false, false}}) {
    Search search = {.has_barrier = {maker, spinner}};
    search.explore({}, "");
    std::printf("  %-14s %11ld %15ld\n", name, search.schedules,
                search.lost);
    if (example.empty()) example = search.first_lost;
  }
  std::printf("\nThe first that is lost:\n%s", example.c_str());
  std::puts("    Nobody wakes anybody, and the task waits for ever.");
}
