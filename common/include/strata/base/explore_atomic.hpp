/// @file
/// @brief Defines strata::atomic as a schedule point; explorer builds only.
///
/// Story
///   Same members as the normal atomic (strata/base/atomic.hpp includes
///   this file in its place). With a controller in charge of the thread
///   each access is its decision, without one it goes to std::atomic.
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include "strata/base/explore_hooks.hpp"

namespace strata {

/// Holds one shared word; each access is a schedule point.
/// @tparam T a trivially copyable type of 1, 2, 4 or 8 bytes
template <class T>
class atomic {
  static_assert(std::is_trivially_copyable_v<T>);
  static_assert(sizeof(T) <= sizeof(exploring::Word));
  static_assert(std::atomic<T>::is_always_lock_free,
                "a shared word must not hide a lock");

 public:
  /// The type of the word, by the name that std::atomic gives it.
  using value_type = T;

  /// Starts with a zero value.
  constexpr atomic() noexcept : value_(T{}) {}
  /// Starts with @p initial; no other thread may look yet.
  constexpr atomic(T initial) noexcept : value_(initial) {}
  /// Tells the explorer that the word is gone.
  constexpr ~atomic() {
    if (std::is_constant_evaluated()) return;
    if (auto* controller = exploring::current_controller()) {
      controller->forget(location());
    }
  }
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;

  /// Reads the value. @param order relaxed, acquire or seq_cst
  T load(std::memory_order order) const noexcept {
    if (auto* controller = exploring::current_controller()) {
      return exploring::from_word<T>(controller->load(location(), order));
    }
    return value_.load(order);
  }
  /// Writes @p desired. @param order relaxed, release or seq_cst
  void store(T desired, std::memory_order order) noexcept {
    if (auto* controller = exploring::current_controller()) {
      controller->store(location(), exploring::to_word(desired), order);
      return;
    }
    value_.store(desired, order);
  }
  /// Writes @p desired. @param order any. @return the value before
  T exchange(T desired, std::memory_order order) noexcept {
    if (auto* controller = exploring::current_controller()) {
      return update(controller, exploring::Operation::kExchange, desired,
                    order);
    }
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
    if (auto* controller = exploring::current_controller()) {
      return compare_exchange(controller, expected, desired, false,
                              success);
    }
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
    if (auto* controller = exploring::current_controller()) {
      return compare_exchange(controller, expected, desired, true, success);
    }
    return value_.compare_exchange_weak(expected, desired, success,
                                        failure);
  }
  /// Adds @p operand, for integers.
  /// @param order any. @return the value before
  T fetch_add(T operand, std::memory_order order) noexcept {
    if (auto* controller = exploring::current_controller()) {
      return update(controller, exploring::Operation::kFetchAdd, operand,
                    order);
    }
    return value_.fetch_add(operand, order);
  }
  /// Subtracts @p operand, for integers.
  /// @param order any. @return the value before
  T fetch_sub(T operand, std::memory_order order) noexcept {
    if (auto* controller = exploring::current_controller()) {
      return update(controller, exploring::Operation::kFetchSub, operand,
                    order);
    }
    return value_.fetch_sub(operand, order);
  }
  /// Clears the bits not in @p operand, for integers.
  /// @param order any. @return the value before
  T fetch_and(T operand, std::memory_order order) noexcept {
    if (auto* controller = exploring::current_controller()) {
      return update(controller, exploring::Operation::kFetchAnd, operand,
                    order);
    }
    return value_.fetch_and(operand, order);
  }
  /// Sets the bits in @p operand, for integers.
  /// @param order any. @return the value before
  T fetch_or(T operand, std::memory_order order) noexcept {
    if (auto* controller = exploring::current_controller()) {
      return update(controller, exploring::Operation::kFetchOr, operand,
                    order);
    }
    return value_.fetch_or(operand, order);
  }

 private:
  exploring::Location location() const noexcept {
    return {const_cast<std::atomic<T>*>(&value_), sizeof(T)};
  }

  T update(exploring::Controller* controller,
           exploring::Operation operation, T operand,
           std::memory_order order) noexcept {
    return exploring::from_word<T>(controller->update(
        operation, location(), exploring::to_word(operand), order));
  }

  bool compare_exchange(exploring::Controller* controller, T& expected,
                        T desired, bool weak,
                        std::memory_order order) noexcept {
    exploring::Word word = exploring::to_word(expected);
    const bool written = controller->compare_exchange(
        location(), word, exploring::to_word(desired), weak, order);
    if (!written) expected = exploring::from_word<T>(word);
    return written;
  }

  std::atomic<T> value_;
};

/// Orders the accesses around it; a schedule point.
inline void atomic_thread_fence(std::memory_order order) noexcept {
  if (auto* controller = exploring::current_controller()) {
    controller->fence(order);
    return;
  }
  std::atomic_thread_fence(order);
}

/// Lets the other virtual threads go first, for one turn of a spin loop.
inline void cpu_relax() noexcept {
  if (auto* controller = exploring::current_controller()) {
    controller->relax(exploring::Operation::kRelax);
  }
}

}  // namespace strata
