/// @file
/// @brief Solution of lab 02.5: a deque whose owner takes the newest
///        goroutine and whose thieves take the oldest.
///
/// Story
///   Two positions that only grow and a ring that grows when it is full.
///   The owner works at the bottom with plain stores, a thief moves top by
///   an exchange. They can only want the same goroutine when it is the last
///   one; then the owner moves top as well, and whoever moves it has it.
///
/// Invariants
///   Positions from top to bottom - 1 hold goroutines, in the order in
///   which they were pushed. Only top's mover takes what it passes, except
///   that the owner takes bottom - 1 if top is below it.
///
/// Memory order
///   [MO:deque-bottom] publishes the slot, the goroutine and a larger ring.
///   [MO:deque-dekker] owner: write bottom, read top; thief: read top, read
///   bottom. All four are sequentially consistent: else the owner could see
///   an old top while a thief sees an old bottom, and both take the same.
///   Le and others write fences instead, which ThreadSanitizer cannot see.
///
/// Source
///   D. Chase and Y. Lev, SPAA 2005; N. M. Le, A. Pop, A. Cohen and
///   F. Zappa Nardelli, PPoPP 2013.
// strata-private-76bad45a85977397
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "strata/base/atomic.hpp"
#include "strata/base/cacheline.hpp"
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
  struct Ring {
    explicit Ring(std::size_t slots) : items(slots) {}
    atomic<sched::G*>& at(std::int64_t position) {
      return items[static_cast<std::size_t>(position) & (items.size() - 1)];
    }
    std::vector<atomic<sched::G*>> items;
  };

  Ring& grow(Ring& full, std::int64_t top, std::int64_t bottom);

  // atomic [MO:deque-dekker], moved by whoever takes the oldest
  alignas(kCacheLineBytes) atomic<std::int64_t> top_{0};
  // atomic [MO:deque-bottom], moved by the owner
  alignas(kCacheLineBytes) atomic<std::int64_t> bottom_{0};
  // atomic, ordered by bottom_; the owner replaces it
  atomic<Ring*> ring_{nullptr};
  // owner only: all rings there were, since a thief may still read one
  std::vector<std::unique_ptr<Ring>> rings_;
};

}  // namespace strata::lab
