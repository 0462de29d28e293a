/// @file
/// @brief Defines what a run queue's owner does, and the emptiness test.
///        Slot `run_queue`.
///
/// Story
///   Most of these functions stand on every schedule step. run_queue.hpp
///   includes them at its end, and they are inline. In builds with slots
///   they are one translation unit instead, so that a reader's file can
///   take their place: see strata/base/slot.hpp. Two are off the fast path
///   and stay out of line in every build.
///
/// Source
///   Go runtime/proc.go: runqput, runqget, runqputslow, runqempty.
#pragma once

#include "strata/sched/run_queue.hpp"

namespace strata::sched {

// [doc:runq-put]
bool RunQueue::put(G& g) noexcept {
  // [lab 02.1 begin]
  // [MO:runq-head] the slots before head have been read by their takers.
  const std::uint32_t head = head_.load(std::memory_order_acquire);
  // relaxed: the owner alone writes tail.
  const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
  if (tail - head >= kRunQueueSlots) return false;
  slots_[index(tail)].store(&g, std::memory_order_relaxed);
  // [MO:runq-tail] publishes the slot and the goroutine.
  tail_.store(tail + 1, std::memory_order_release);
  return true;
  // [lab 02.1 else]
  //| // Is there room? Write the slot, then let the others see it: in which
  //| // order, and with which memory orders? Only you move tail.
  //| (void)g;
  //| return false;
  // [lab 02.1 end]
}
// [/doc:runq-put]

// [doc:runq-put-next]
G* RunQueue::put_next(G& g) noexcept {
  // [lab 02.1 begin]
  // seq_cst: the caller looks for idle Ps next, and must not look before
  // this goroutine can be seen by an M that is about to go idle.
  // [MO:runnext] publishes the goroutine.
  return next_.exchange(&g, std::memory_order_seq_cst);
  // [lab 02.1 else]
  //| // The new one goes in, whoever was there comes out: in one step, for a
  //| // thief may want the same. A full barrier, see run_queue.hpp.
  //| (void)g;
  //| return nullptr;
  // [lab 02.1 end]
}
// [/doc:runq-put-next]

G* RunQueue::take_next() noexcept {
  // [lab 02.1 begin]
  // relaxed: only a hint, the exchange decides.
  if (next_.load(std::memory_order_relaxed) == nullptr) return nullptr;
  // [MO:runnext] sees what put_next published.
  return next_.exchange(nullptr, std::memory_order_acquire);
  // [lab 02.1 else]
  //| // Empty the front slot, unless a thief is faster.
  //| return nullptr;
  // [lab 02.1 end]
}

// [doc:runq-get]
Taken RunQueue::get() noexcept {
  // [lab 02.1 begin]
  G* next = take_next();
  if (next != nullptr) return {.g = next, .inherits_slice = true};
  // [MO:runq-head] as in put; kept up to date by the failing exchange
  // below.
  std::uint32_t head = head_.load(std::memory_order_acquire);
  for (;;) {
    // relaxed: the owner alone writes tail.
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    if (tail == head) return {};
    G* g = slots_[index(head)].load(std::memory_order_relaxed);
    // [MO:runq-head] says that the slot was read.
    if (head_.compare_exchange_weak(head, head + 1,
                                    std::memory_order_release,
                                    std::memory_order_acquire)) {
      return {.g = g, .inherits_slice = false};
    }
  }
  // [lab 02.1 else]
  //| // The front slot first. Else the oldest one of the ring: who decides
  //| // whether it is yours or a thief's?
  //| return {};
  // [lab 02.1 end]
}
// [/doc:runq-get]

// [doc:runq-take-half]
std::uint32_t RunQueue::take_half(G** out) noexcept {
  // [lab 02.1 begin]
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
  // [lab 02.1 else]
  //| // Half of a full ring, the oldest first; nothing if it is not full any
  //| // more. When are the goroutines in `out` yours?
  //| (void)out;
  //| return 0;
  // [lab 02.1 end]
}
// [/doc:runq-take-half]

// Three words tell, and are read at different moments; seq_cst: this is
// the last look of an M that goes idle, see idle.cpp.
bool RunQueue::empty() const noexcept {
  // [lab 02.1 begin]
  // A goroutine pushed out of the front slot passes through the ring's
  // tail and could be missed. An unchanged tail proves that the words fit
  // together.
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
  // [lab 02.1 else]
  //| // Head, tail and next are read one after the other. What if a
  //| // goroutine moves from one to the other meanwhile?
  //| return true;
  // [lab 02.1 end]
}

}  // namespace strata::sched
