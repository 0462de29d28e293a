/// @file
/// @brief Asks two questions about order: which end, and which queue first.
///
/// Story
///   A queue of one's own, stealing and sound sleep make a fast scheduler;
///   a fair one needs two more rules. A P takes the oldest task of its
///   ring: the newest is warmer in the cache, but a task that comes back at
///   once would run for ever. And a P that is never out of work must still
///   look into the global queue. Each look costs the lock, so it is done
///   every 61st turn.
///
/// Source
///   Go runtime/proc.go: runqget, findRunnable (schedtick % 61); the other
///   end is that of D. Chase and Y. Lev, Dynamic circular work-stealing
///   deque (2005).
#include <array>
#include <cstddef>
#include <cstdio>
#include <deque>

namespace {

constexpr int kTasks = 6;
constexpr int kTurns = 6'000;

// Tasks that always go back into the ring: how many turns does each get?
// [doc:step-which-end]
std::array<int, kTasks> turns_of_each(bool oldest_first) {
  std::deque<std::size_t> ring;
  for (std::size_t task = 0; task < kTasks; ++task) ring.push_back(task);
  std::array<int, kTasks> turns = {};
  for (int turn = 0; turn < kTurns; ++turn) {
    const std::size_t task = oldest_first ? ring.front() : ring.back();
    oldest_first ? ring.pop_front() : ring.pop_back();
    ++turns[task];
    ring.push_back(task);  // it wants another turn
  }
  return turns;
}
// [/doc:step-which-end]

void which_end() {
  std::printf("Turns of %d tasks that all come back, %d turns:\n\n", kTasks,
              kTurns);
  for (const bool oldest_first : {true, false}) {
    std::printf("  %s first ", oldest_first ? "oldest" : "newest");
    for (const int turns : turns_of_each(oldest_first)) {
      std::printf("%7d", turns);
    }
    std::puts("");
  }
}

struct Wait {
  int first_turn = 0;  // in which the task of the global queue ran first
  int locks = 0;       // how often the P took the global queue's lock
};

// The ring is never empty, and a task in the global queue always comes
// back.
// [doc:step-which-queue]
Wait global_every(int interval) {
  Wait wait;
  for (int turn = 1; turn <= kTurns; ++turn) {
    if (interval == 0 || turn % interval != 0)
      continue;  // a turn of the ring
    ++wait.locks;
    if (wait.first_turn == 0) wait.first_turn = turn;
  }
  return wait;
}
// [/doc:step-which-queue]

void which_queue() {
  std::puts(
      "\nThe ring is never empty, and a task is in the global queue:\n");
  std::puts("  global first    it runs first     locks in all");
  for (const int interval : {0, 1000, 61, 1}) {
    const Wait wait = global_every(interval);
    if (interval == 0) {
      std::printf("  never           never      %15d\n", wait.locks);
    } else {
      std::printf("  every %4d      turn %4d  %15d\n", interval,
                  wait.first_turn, wait.locks);
    }
  }
  std::puts("\nEvery 61st turn: a short wait for one lock in 61 turns.");
}

}  // namespace

int main() {
  which_end();
  which_queue();
}
