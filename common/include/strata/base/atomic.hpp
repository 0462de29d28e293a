/// @file
/// @brief Offers std::atomic with mandatory memory orders and a second life
///        as a schedule point.
///
/// Story
///   Every word that threads of the runtime share is a strata::atomic. In a
///   normal build each call forwards to std::atomic and compiles to the
///   same instructions (tools/same_code.py compares the object code). With
///   STRATA_EXPLORE=1 each call first asks the schedule explorer which
///   thread goes on, so that a test decides the interleaving and can repeat
///   it.
///
/// Invariants
///   - I-00.1 A normal build adds no instruction to std::atomic.
///   - I-00.2 Outside an exploration an explorer build behaves as a normal
///     one.
///
/// Not done
///   Default memory orders. An order nobody wrote is an order nobody
///   thought about.
#pragma once

#if STRATA_EXPLORE
#include "strata/base/explore_atomic.hpp"
#else

#include <atomic>
#include <type_traits>

namespace strata {

// [doc:atomic-forward]
/// Holds one shared word; each access names its memory order.
/// @tparam T a trivially copyable type of 1, 2, 4 or 8 bytes
template <class T>
class atomic {
  static_assert(std::is_trivially_copyable_v<T>);
  static_assert(std::atomic<T>::is_always_lock_free,
                "a shared word must not hide a lock");

 public:
  /// The type of the word, by the name that std::atomic gives it.
  using value_type = T;

  /// Starts with a zero value.
  constexpr atomic() noexcept : value_(T{}) {}
  /// Starts with @p initial; no other thread may look yet.
  constexpr atomic(T initial) noexcept : value_(initial) {}
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;

  /// Reads the value. @param order relaxed, acquire or seq_cst
  T load(std::memory_order order) const noexcept {
    return value_.load(order);
  }
  /// Writes @p desired. @param order relaxed, release or seq_cst
  void store(T desired, std::memory_order order) noexcept {
    value_.store(desired, order);
  }
  /// Writes @p desired. @param order any. @return the value before
  T exchange(T desired, std::memory_order order) noexcept {
    return value_.exchange(desired, order);
  }
  /// Writes @p desired if the value is @p expected, else reads it into
  /// @p expected.
  /// @param success the order of an exchange that wrote
  /// @param failure the order of one that only read
  /// @return true if written
  bool compare_exchange_strong(T& expected, T desired,
                               std::memory_order success,
                               std::memory_order failure) noexcept {
    return value_.compare_exchange_strong(expected, desired, success,
                                          failure);
  }
  /// Like compare_exchange_strong(), but may fail for no reason; for loops.
  /// @param expected as there @param desired as there
  /// @param success as there @param failure as there
  /// @return true if written
  bool compare_exchange_weak(T& expected, T desired,
                             std::memory_order success,
                             std::memory_order failure) noexcept {
    return value_.compare_exchange_weak(expected, desired, success,
                                        failure);
  }
  /// Adds @p operand, for integers.
  /// @param order any. @return the value before
  T fetch_add(T operand, std::memory_order order) noexcept {
    return value_.fetch_add(operand, order);
  }
  /// Subtracts @p operand, for integers.
  /// @param order any. @return the value before
  T fetch_sub(T operand, std::memory_order order) noexcept {
    return value_.fetch_sub(operand, order);
  }
  /// Clears the bits not in @p operand, for integers.
  /// @param order any. @return the value before
  T fetch_and(T operand, std::memory_order order) noexcept {
    return value_.fetch_and(operand, order);
  }
  /// Sets the bits in @p operand, for integers.
  /// @param order any. @return the value before
  T fetch_or(T operand, std::memory_order order) noexcept {
    return value_.fetch_or(operand, order);
  }

 private:
  std::atomic<T> value_;
};
// [/doc:atomic-forward]

/// Orders the accesses around it as std::atomic_thread_fence does. Call it
/// with its namespace: the argument's type brings std's into scope, too.
/// @param order acquire, release, both or seq_cst
inline void atomic_thread_fence(std::memory_order order) noexcept {
  std::atomic_thread_fence(order);
}

/// Tells the processor that this is a spin loop, for one turn.
inline void cpu_relax() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("isb" ::: "memory");
#endif
}

}  // namespace strata

#endif
