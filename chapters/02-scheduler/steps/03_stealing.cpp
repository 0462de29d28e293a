/// @file
/// @brief Lets a P without work take half of another P's ring.
///
/// Story
///   A ring again, but others may take from its old end. The owner alone
///   moves tail, so putting needs no more than a store that publishes the
///   slot. head is moved by owner and thieves, so taking is a
///   compare-and-swap: who moves head owns the tasks it passed. A thief
///   takes half, because then a pile of any size is level after few steals.
///
/// Source
///   Go runtime/proc.go: runqput, runqget, runqgrab; R. Blumofe and C.
///   Leiserson, Scheduling multithreaded computations by work stealing
///   (1999).
#include <array>
#include <atomic>
#include <cstdio>

#include "work.hpp"

namespace {

constexpr std::uint32_t kSlots = 256;
constexpr int kThreads = 2;
static_assert(steps::kTasks <= static_cast<int>(kSlots));

struct alignas(64) P {
  // atomic: moved by takers
  std::atomic<std::uint32_t> head = 0;
  // atomic: moved by the owner
  std::atomic<std::uint32_t> tail = 0;
  // atomic: a thief may read a slot that the owner is using again; it then
  // fails to move head and forgets what it read
  std::array<std::atomic<steps::Task*>, kSlots> slots = {};

  // owner only
  long turns = 0;
  long steals = 0;

  std::atomic<steps::Task*>& slot(std::uint32_t n) {
    return slots[n % kSlots];
  }

  // [doc:step-steal-put]
  void put(steps::Task& task) {  // owner only; here the ring is never full
    const std::uint32_t at = tail.load(std::memory_order_relaxed);
    slot(at).store(&task, std::memory_order_relaxed);
    // Publishes the slot and the task; pairs with the thief's acquire.
    tail.store(at + 1, std::memory_order_release);
  }
  // [/doc:step-steal-put]

  // Copies up to `most` tasks into `out` and takes them.
  // [doc:step-steal-take]
  std::uint32_t take(steps::Task** out, bool half) {
    std::uint32_t first = head.load(std::memory_order_acquire);
    for (;;) {
      const std::uint32_t end = tail.load(std::memory_order_acquire);
      const std::uint32_t queued = end - first;
      if (queued == 0 || queued > kSlots)
        return 0;  // empty, or out of date
      const std::uint32_t count = half ? queued - queued / 2 : 1;
      for (std::uint32_t i = 0; i < count; ++i) {
        out[i] = slot(first + i).load(std::memory_order_relaxed);
      }
      // Moves head, or finds that somebody else did, and reads again.
      if (head.compare_exchange_weak(first, first + count,
                                     std::memory_order_acq_rel,
                                     std::memory_order_acquire)) {
        return count;
      }
    }
  }
  // [/doc:step-steal-take]
};

// Finds the next task of P `own`: its ring, else half of the other's.
// [doc:step-steal-find]
steps::Task* find(P& own, P& other) {
  std::array<steps::Task*, kSlots> loot;
  if (own.take(loot.data(), false) == 1) return loot[0];
  const std::uint32_t count = other.take(loot.data(), true);
  if (count == 0) return nullptr;
  ++own.steals;
  for (std::uint32_t i = 1; i < count; ++i) own.put(*loot[i]);
  return loot[0];
}
// [/doc:step-steal-find]

}  // namespace

int main() {
  std::array<P, kThreads> ps;
  std::vector<steps::Task> tasks(steps::kTasks);
  for (steps::Task& task : tasks) ps[0].put(task);
  std::atomic<int> alive = steps::kTasks;
  const double ns = steps::ns_per_turn(kThreads, [&](int number) {
    P& own = ps[number == 0 ? 0 : 1];
    P& other = ps[number == 0 ? 1 : 0];
    while (alive.load(std::memory_order_relaxed) > 0) {
      steps::Task* task = find(own, other);
      if (task == nullptr) continue;
      ++own.turns;
      if (steps::run_turn(*task)) {
        own.put(*task);
      } else {
        alive.fetch_sub(1, std::memory_order_relaxed);
      }
    }
  });
  std::puts(
      "Two Ps, all tasks start on P 0, and who is idle steals half.\n");
  std::puts("       turns    steals");
  std::printf("  P 0 %8ld  %6ld\n", ps[0].turns, ps[0].steals);
  std::printf("  P 1 %8ld  %6ld\n", ps[1].turns, ps[1].steals);
  std::printf(
      "\n%.0f ns a turn. A few steals level the work; but a P without "
      "work\nburns its processor looking for some. It must sleep.\n",
      ns);
}
