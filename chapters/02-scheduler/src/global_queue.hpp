/// @file
/// @brief Queues runnable goroutines for any P: a ring that grows.
///
/// Story
///   The global queue takes what yields and what overflows a P's own ring.
///   It is a ring of pointers like those, but one lock guards it and its
///   size follows the number of goroutine records. When it runs empty it
///   starts again at slot 0: two goroutines that take turns then use one
///   cache line instead of walking through the whole ring.
///
/// Invariants
///   I-02.4 First in, first out.
///   I-02.5 A push never allocates: whoever makes goroutine records has
///          reserved a slot for each of them before.
///
/// Source
///   Go runtime/proc.go: globrunqput, globrunqget; Go links the Gs instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "strata/base/assert.hpp"
#include "strata/base/atomic.hpp"

namespace strata::sched {

struct G;

/// A first-in-first-out queue; the scheduler's lock guards all but `size`.
class GlobalQueue {
 public:
  /// Appends. @param g runnable, owned by the queue. @pre A slot is
  /// reserved.
  void push(G& g) noexcept {
    const std::uint32_t size = tail_ - head_;
    STRATA_ASSERT(size < room_.capacity, "I-02.5: each record has a slot");
    room_.slots[tail_++ & (room_.capacity - 1)] = &g;
    // relaxed: see size().
    size_.store(size + 1, std::memory_order_relaxed);
  }
  /// Takes the oldest. @return owned by the caller, null when empty.
  G* pop() noexcept {
    if (head_ == tail_) return nullptr;
    G* g = room_.slots[head_++ & (room_.capacity - 1)];
    if (head_ == tail_) head_ = tail_ = 0;
    // relaxed: see size().
    size_.store(tail_ - head_, std::memory_order_relaxed);
    return g;
  }
  /// Counts; right under the lock, else right a moment ago.
  [[nodiscard]] std::uint32_t size() const noexcept {
    // relaxed: a hint unless the lock is held.
    return size_.load(std::memory_order_relaxed);
  }

  /// Memory for a larger ring, made before the lock is taken.
  struct Room {
    std::unique_ptr<G*[]> slots;
    std::uint32_t capacity = 0;
  };
  /// Makes room for `count` goroutines. @return a power of two slots.
  static Room make_room(std::uint32_t count);
  /// Moves into larger room. @param room swapped with what it replaces;
  /// left alone when it is not larger.
  void adopt(Room& room) noexcept;

 private:
  // guarded by the scheduler's lock
  Room room_;
  std::uint32_t head_ = 0;
  std::uint32_t tail_ = 0;
  // atomic, relaxed: written under the lock, read anywhere
  atomic<std::uint32_t> size_{0};
};

}  // namespace strata::sched
