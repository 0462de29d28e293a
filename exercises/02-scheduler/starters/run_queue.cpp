// Starter of lab 02.1. Yours: edit between the lines marked YOURS.
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

#include "strata/sched/run_queue.hpp"

namespace strata::sched {

bool RunQueue::put(G& g) noexcept {
  // YOURS, lab 02.1: begin
  // Is there room? Write the slot, then let the others see it: in which
  // order, and with which memory orders? Only you move tail.
  (void)g;
  return false;
  // YOURS, lab 02.1: end
}

G* RunQueue::put_next(G& g) noexcept {
  // YOURS, lab 02.1: begin
  // The new one goes in, whoever was there comes out: in one step, for a
  // thief may want the same. A full barrier, see run_queue.hpp.
  (void)g;
  return nullptr;
  // YOURS, lab 02.1: end
}

G* RunQueue::take_next() noexcept {
  // YOURS, lab 02.1: begin
  // Empty the front slot, unless a thief is faster.
  return nullptr;
  // YOURS, lab 02.1: end
}

Taken RunQueue::get() noexcept {
  // YOURS, lab 02.1: begin
  // The front slot first. Else the oldest one of the ring: who decides
  // whether it is yours or a thief's?
  return {};
  // YOURS, lab 02.1: end
}

std::uint32_t RunQueue::take_half(G** out) noexcept {
  // YOURS, lab 02.1: begin
  // Half of a full ring, the oldest first; nothing if it is not full any
  // more. When are the goroutines in `out` yours?
  (void)out;
  return 0;
  // YOURS, lab 02.1: end
}

// Three words tell, and are read at different moments; seq_cst: this is
// the last look of an M that goes idle, see idle.cpp.
bool RunQueue::empty() const noexcept {
  // YOURS, lab 02.1: begin
  // Head, tail and next are read one after the other. What if a
  // goroutine moves from one to the other meanwhile?
  return true;
  // YOURS, lab 02.1: end
}

}  // namespace strata::sched
