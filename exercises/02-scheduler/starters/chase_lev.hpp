/// @file
/// @brief Starter of lab 02.5, yours: a deque whose owner takes the newest
///        goroutine and whose thieves take the oldest.
///
/// Story
///   The public part is fixed: the tests and the comparison use it. What
///   stands below `private:` is yours, and so is chase_lev.cpp.
///
/// Source
///   D. Chase and Y. Lev, Dynamic circular work-stealing deque, SPAA 2005;
///   N. M. Le, A. Pop, A. Cohen and F. Zappa Nardelli, Correct and
///   efficient work-stealing for weak memory models, PPoPP 2013.
#pragma once

#include <cstddef>

#include "strata/sched/g.hpp"

namespace strata::lab {

/// What a thief came away with.
struct Loot {
  /// The goroutine, now the thief's; null when there was none for it.
  sched::G* g = nullptr;
  /// True when somebody else took it first: trying again may help.
  bool lost = false;
};

/// Holds runnable goroutines: one owner, any number of thieves.
class ChaseLev {
 public:
  /// Makes an empty deque.
  /// @param slots room to begin with, a power of two; it grows when needed.
  explicit ChaseLev(std::size_t slots = 256);
  /// Ends it; nobody uses it any more.
  ~ChaseLev();
  ChaseLev(const ChaseLev&) = delete;
  ChaseLev& operator=(const ChaseLev&) = delete;

  /// Puts a goroutine at the bottom; never refuses. Owner only.
  /// @param g runnable; owned by the deque.
  void push(sched::G& g);

  /// Takes the newest goroutine. Owner only.
  /// @return owned by the caller, or null when the deque was empty.
  sched::G* pop();

  /// Takes the oldest goroutine. Any thread.
  /// @return what was found; never waits for another thread.
  Loot steal();

  /// Counts the goroutines; exact when nobody else is at work.
  [[nodiscard]] std::size_t size() const;

 private:
  // YOURS, lab 02.5: begin
  // Fields and helpers. A word that two threads use is a strata::atomic,
  // and each access names its order, with a sentence why. YOURS, lab 02.5:
  // end
};

}  // namespace strata::lab
