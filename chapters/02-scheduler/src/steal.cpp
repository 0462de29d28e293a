/// @file
/// @brief Steals half of another P's run queue. Slot `steal`.
///
/// Story
///   A thief copies half of the victim's slots into its own ring first and
///   only then tries to move the victim's head over them. If anyone else
///   moved it meanwhile, the copy is worthless and is simply forgotten:
///   nothing was published yet. So the copy needs no lock and the common
///   case one compare-and-swap, however many goroutines change hands.
///
/// Source
///   Go runtime/proc.go: runqgrab, runqsteal.
#include "strata/sched/run_queue.hpp"

namespace strata::sched {
namespace {

// How long a thief lets the victim run its front slot itself: taking it
// would tear apart a pair that is just handing over. About 3 microseconds.
constexpr int kFrontSlotPatience = 64;

}  // namespace

// Takes the victim's front slot, after giving its owner time to run it.
bool RunQueue::grab_next(RunQueue& victim, G*& g) {
  // [lab 02.2 begin]
  // relaxed: only a hint, the exchange decides.
  G* seen = victim.next_.load(std::memory_order_relaxed);
  if (seen == nullptr) return false;
  for (int i = 0; i < kFrontSlotPatience; ++i) {
    cpu_relax();
    if (victim.next_.load(std::memory_order_relaxed) != seen) return false;
  }
  // [MO:runnext] sees what put_next published.
  return victim.next_.compare_exchange_strong(seen, nullptr,
                                              std::memory_order_acquire,
                                              std::memory_order_relaxed) &&
         (g = seen, true);
  // [lab 02.2 else]
  //| // Look kFrontSlotPatience times, with cpu_relax() in between. Leave the
  //| // goroutine alone if the slot changes; else try to have it.
  //| (void)victim;
  //| (void)g;
  //| (void)kFrontSlotPatience;
  //| return false;
  // [lab 02.2 end]
}

// Copies the older half of the victim's ring to this ring from position
// `first` on. The copies are not published: the caller moves tail_.
// [doc:runq-grab]
std::uint32_t RunQueue::grab(RunQueue& victim, std::uint32_t first,
                             bool and_next) {
  // [lab 02.2 begin]
  for (;;) {
    // [MO:runq-head] synchronizes with other takers.
    std::uint32_t head = victim.head_.load(std::memory_order_acquire);
    // [MO:runq-tail] sees the slots that put published.
    const std::uint32_t tail = victim.tail_.load(std::memory_order_acquire);
    std::uint32_t count = tail - head;
    count -= count / 2;
    if (count == 0) {
      G* next = nullptr;
      if (!and_next || !grab_next(victim, next)) return 0;
      slots_[index(first)].store(next, std::memory_order_relaxed);
      return 1;
    }
    // head and tail were read at different moments and do not fit together.
    if (count > kRunQueueSlots / 2) continue;
    for (std::uint32_t i = 0; i < count; ++i) {
      G* g = victim.slots_[index(head + i)].load(std::memory_order_relaxed);
      slots_[index(first + i)].store(g, std::memory_order_relaxed);
    }
    // [MO:runq-head] says that the slots were read.
    if (victim.head_.compare_exchange_strong(head, head + count,
                                             std::memory_order_acq_rel,
                                             std::memory_order_relaxed)) {
      return count;
    }
  }
  // [lab 02.2 else]
  //| // How many are the older half of 1, 2, 3? Copy them, and then try to
  //| // move the victim's head: others move it, too. An empty ring may still
  //| // have a front slot.
  //| (void)victim;
  //| (void)first;
  //| (void)and_next;
  //| return 0;
  // [lab 02.2 end]
}
// [/doc:runq-grab]

// [doc:runq-steal]
G* RunQueue::steal_from(RunQueue& victim, bool and_next) noexcept {
  // [lab 02.2 begin]
  STRATA_DCHECK(this != &victim, "nobody steals from itself");
  const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
  STRATA_DCHECK(tail == head_.load(std::memory_order_relaxed),
                "only an empty ring steals");
  std::uint32_t count = grab(victim, tail, and_next);
  if (count == 0) return nullptr;
  --count;
  G* last = slots_[index(tail + count)].load(std::memory_order_relaxed);
  // [MO:runq-tail] publishes the others; from here on they can be stolen
  // back.
  if (count > 0) tail_.store(tail + count, std::memory_order_release);
  return last;
  // [lab 02.2 else]
  //| // grab() copies to here; you publish all but the last one.
  //| (void)victim;
  //| (void)and_next;
  //| return nullptr;
  // [lab 02.2 end]
}
// [/doc:runq-steal]

}  // namespace strata::sched
