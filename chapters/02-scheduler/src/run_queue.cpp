/// @file
/// @brief Implements overflow, stealing and the emptiness test of a run
/// queue.
///
/// Story
///   A thief copies half of the victim's slots into its own ring first and
///   only then tries to move the victim's head over them. If anyone else
///   moved it meanwhile, the copy is worthless and is simply forgotten:
///   nothing was published yet. So the copy needs no lock and the common
///   case one compare-and-swap, however many goroutines change hands.
///
/// Source
///   Go runtime/proc.go: runqgrab, runqsteal, runqputslow, runqempty.
#include "strata/sched/run_queue.hpp"

namespace strata::sched {
namespace {

// How long a thief lets the victim run its front slot itself: taking it
// would tear apart a pair that is just handing over. About 3 microseconds.
constexpr int kFrontSlotPatience = 64;

}  // namespace

// [doc:runq-take-half]
std::uint32_t RunQueue::take_half(G** out) noexcept {
  // [MO:runq-head] as in put.
  std::uint32_t head = head_.load(std::memory_order_acquire);
  const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
  const std::uint32_t count = (tail - head) / 2;
  if (count != kRunQueueSlots / 2) return 0;  // a thief made room
  for (std::uint32_t i = 0; i < count; ++i) {
    out[i] = slots_[index(head + i)].load(std::memory_order_relaxed);
  }
  // [MO:runq-head] says that the slots were read.
  const bool moved = head_.compare_exchange_strong(
      head, head + count, std::memory_order_release,
      std::memory_order_relaxed);
  return moved ? count : 0;
}
// [/doc:runq-take-half]

// Takes the victim's front slot, after giving its owner time to run it.
bool RunQueue::grab_next(RunQueue& victim, G*& g) {
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
}

// Copies the older half of the victim's ring to this ring from position
// `first` on. The copies are not published: the caller moves tail_.
// [doc:runq-grab]
std::uint32_t RunQueue::grab(RunQueue& victim, std::uint32_t first,
                             bool and_next) {
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
}
// [/doc:runq-grab]

// [doc:runq-steal]
G* RunQueue::steal_from(RunQueue& victim, bool and_next) noexcept {
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
}
// [/doc:runq-steal]

// A goroutine pushed out of the front slot passes through the ring's tail,
// so reading the three words at different moments could miss it. An
// unchanged tail proves that they fit together. seq_cst: this is the last
// look of an M that goes idle, see idle.cpp.
bool RunQueue::empty() const noexcept {
  for (;;) {
    // seq_cst: as said, for all of them.
    const std::uint32_t head = head_.load(std::memory_order_seq_cst);
    // seq_cst: as said.
    const std::uint32_t tail = tail_.load(std::memory_order_seq_cst);
    G* next = next_.load(std::memory_order_seq_cst);  // seq_cst: as said
    // seq_cst: as said.
    if (tail == tail_.load(std::memory_order_seq_cst)) {
      return head == tail && next == nullptr;
    }
  }
}

}  // namespace strata::sched
