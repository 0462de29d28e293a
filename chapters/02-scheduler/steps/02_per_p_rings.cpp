/// @file
/// @brief Gives each thread a queue of its own, and sees work lie on one.
///
/// Story
///   A queue that only one thread uses needs no lock at all: a ring with
///   two numbers. Turns get as cheap as they can be. But nobody moves work:
///   if all tasks start on one thread, as they do when one goroutine starts
///   the others, that thread does everything and the other nothing.
#include <array>
#include <cstdio>

#include "work.hpp"

namespace {

// [doc:step-ring]
// Used by one thread only. head and tail count up and never wrap back; a
// number's slot is its remainder.
class Ring {
 public:
  static constexpr std::uint32_t kSlots = 256;  // a power of two

  void put(steps::Task& task) { slots_[tail_++ % kSlots] = &task; }

  steps::Task* take() {
    return head_ == tail_ ? nullptr : slots_[head_++ % kSlots];
  }

 private:
  std::uint32_t head_ = 0;
  std::uint32_t tail_ = 0;
  std::array<steps::Task*, kSlots> slots_ = {};
};
// [/doc:step-ring]
static_assert(steps::kTasks <= static_cast<int>(Ring::kSlots));

constexpr int kThreads = 2;

// A P: the right to run, a ring, and here a count of what it did.
// [doc:step-own-ring]
struct alignas(64) P {
  Ring ring;
  long turns = 0;

  void run_all() {
    while (steps::Task* task = ring.take()) {
      ++turns;
      if (steps::run_turn(*task)) ring.put(*task);
    }
  }
};
// [/doc:step-own-ring]

// Task i starts on P `home(i)`.
void measure(const char* start, int (*home)(int)) {
  std::array<P, kThreads> ps;
  std::vector<steps::Task> tasks(steps::kTasks);
  for (int i = 0; i < steps::kTasks; ++i) {
    ps[static_cast<std::size_t>(home(i))].ring.put(
        tasks[static_cast<std::size_t>(i)]);
  }
  const double ns = steps::ns_per_turn(
      kThreads, [&](int i) { ps[static_cast<std::size_t>(i)].run_all(); });
  std::printf("  %-12s %5.0f ns  %8ld  %8ld\n", start, ns, ps[0].turns,
              ps[1].turns);
}

}  // namespace

int main() {
  std::puts("A ring for each of two Ps, no lock anywhere.\n");
  std::puts("  tasks start    a turn   by P 0    by P 1");
  measure("half each", [](int i) { return i % kThreads; });
  measure("all on P 0", [](int) { return 0; });
  std::puts("\nNo lock, no waiting; but P 1 watches while P 0 works.");
}
