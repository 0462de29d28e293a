// Starter of lab 02.2. Yours: edit between the lines marked YOURS.
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
  // YOURS, lab 02.2: begin
  // Look kFrontSlotPatience times, with cpu_relax() in between. Leave the
  // goroutine alone if the slot changes; else try to have it.
  (void)victim;
  (void)g;
  (void)kFrontSlotPatience;
  return false;
  // YOURS, lab 02.2: end
}

// Copies the older half of the victim's ring to this ring from position
// `first` on. The copies are not published: the caller moves tail_.
std::uint32_t RunQueue::grab(RunQueue& victim, std::uint32_t first,
                             bool and_next) {
  // YOURS, lab 02.2: begin
  // How many are the older half of 1, 2, 3? Copy them, and then try to
  // move the victim's head: others move it, too. An empty ring may still
  // have a front slot.
  (void)victim;
  (void)first;
  (void)and_next;
  return 0;
  // YOURS, lab 02.2: end
}

G* RunQueue::steal_from(RunQueue& victim, bool and_next) noexcept {
  // YOURS, lab 02.2: begin
  // grab() copies to here; you publish all but the last one.
  (void)victim;
  (void)and_next;
  return nullptr;
  // YOURS, lab 02.2: end
}

}  // namespace strata::sched
