/// @file
/// @brief A word that one owner writes and anybody may read for a report.
///
/// Story
///   Counters and back pointers of Ps and Ms are written by their owner
///   alone, on every schedule step, and read by reports, which are content
///   with the value of a moment ago. A plain variable would be a data race;
///   a full atomic would suggest that somebody synchronizes with it. This
///   type says what is meant and compiles to plain loads and stores.
///
/// Memory order
///   Relaxed throughout: a reader may miss the latest value, and learns
///   nothing about other data from the one it sees.
#pragma once

#include <atomic>

namespace strata {

/// Holds a word that only its owner writes.
/// @tparam T a pointer, number or enum.
template <class T>
class OwnerWord {
 public:
  /// Starts with a value. @param value the first value.
  constexpr OwnerWord(T value = {}) noexcept : value_(value) {}
  OwnerWord(const OwnerWord&) = delete;
  OwnerWord& operator=(const OwnerWord&) = delete;

  /// Writes; owner only. @param value the new value. @return this word.
  OwnerWord& operator=(T value) noexcept {
    // relaxed: see Memory order.
    value_.store(value, std::memory_order_relaxed);
    return *this;
  }
  /// Reads; anybody. @return the value of now or of a moment ago.
  operator T() const noexcept {
    // relaxed: see Memory order.
    return value_.load(std::memory_order_relaxed);
  }
  /// Reads a pointer to use what it points to. @return the value.
  T operator->() const noexcept { return *this; }
  /// Adds; owner only, not an atomic step. @param amount added.
  void add(T amount) noexcept { *this = static_cast<T>(*this) + amount; }

 private:
  // owner writes, anybody reads
  std::atomic<T> value_;
};

}  // namespace strata
