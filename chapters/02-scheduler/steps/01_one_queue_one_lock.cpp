/// @file
/// @brief Schedules with one queue and one lock, the simplest thing that
/// works.
///
/// Story
///   Every thread takes a task from the same queue and puts it back there.
///   It is correct, it is fair, and no thread is idle while there is work.
///   But each turn passes twice through the one lock. A second thread finds
///   it taken, sleeps, and must be woken: more threads make every turn
///   slower.
///
/// Source
///   Go 1.0 had this scheduler; D. Vyukov's design of 2012 replaced it.
#include <atomic>
#include <cstdio>
#include <deque>
#include <mutex>

#include "work.hpp"

namespace {

// [doc:step-one-queue]
class OneQueue {
 public:
  void put(steps::Task& task) {
    const std::unique_lock guard = enter();
    tasks_.push_back(&task);
  }

  steps::Task* take() {
    const std::unique_lock guard = enter();
    if (tasks_.empty()) return nullptr;
    steps::Task* task = tasks_.front();
    tasks_.pop_front();
    return task;
  }

  // How often the lock was taken, and how often somebody else had it.
  long entered() const { return entered_; }
  long waited() const { return waited_; }

 private:
  std::unique_lock<std::mutex> enter() {
    std::unique_lock guard(lock_, std::try_to_lock);
    const bool was_free = guard.owns_lock();
    if (!was_free) guard.lock();
    ++entered_;
    waited_ += was_free ? 0 : 1;
    return guard;
  }

  std::mutex lock_;
  // guarded by lock_
  std::deque<steps::Task*> tasks_;
  long entered_ = 0;
  long waited_ = 0;
};
// [/doc:step-one-queue]

struct Round {
  double ns;              // a turn
  double waited_percent;  // of all times the lock was taken
};

Round measure_round(int threads) {
  OneQueue queue;
  std::vector<steps::Task> tasks(steps::kTasks);
  for (steps::Task& task : tasks) queue.put(task);
  std::atomic<int> alive = steps::kTasks;
  // [doc:step-one-queue-loop]
  const double ns = steps::ns_per_turn(threads, [&](int) {
    while (alive.load(std::memory_order_relaxed) > 0) {
      steps::Task* task = queue.take();
      if (task == nullptr) continue;
      if (steps::run_turn(*task)) {
        queue.put(*task);
      } else {
        alive.fetch_sub(1, std::memory_order_relaxed);
      }
    }
  });
  // [/doc:step-one-queue-loop]
  return {ns, 100.0 * static_cast<double>(queue.waited()) /
                  static_cast<double>(queue.entered())};
}

// Other programs may keep the threads apart, and then they do not wait for
// each other: of a few rounds, shows the one in which they met most often.
void measure(int threads) {
  constexpr int kRounds = 9;
  Round worst = {0, -1};
  for (int i = 0; i < kRounds; ++i) {
    const Round round = measure_round(threads);
    if (round.waited_percent > worst.waited_percent) worst = round;
  }
  std::printf("  %7d  %7.0f ns  %13.1f %%\n", threads, worst.ns,
              worst.waited_percent);
}

}  // namespace

int main() {
  std::puts("One queue, one lock: every turn passes through it twice.\n");
  std::puts("  threads    a turn  lock was taken");
  for (const int threads : {1, 2, 4}) measure(threads);
  std::puts(
      "\nOne thread never waits. How often several do depends on how many "
      "of\nthem have a processor at the same time.");
}
