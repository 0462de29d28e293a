/// @file
/// @brief Keeps data that different threads write on different cache lines.
#pragma once

#include <cstddef>
#include <utility>

namespace strata {

/// Bytes that move between cores together on x86-64 and most aarch64.
/// `std::hardware_destructive_interference_size` differs between compilers
/// and would make the layout of shared structs depend on who compiled them.
inline constexpr std::size_t kCacheLineBytes = 64;

/// Holds a value alone on its cache lines.
/// @tparam T any type; constructed from the given arguments.
template <class T>
struct alignas(kCacheLineBytes) CachePadded {
  /// The value.
  T value;

  /// Constructs the value in place. @param args passed on to T.
  template <class... Args>
  explicit CachePadded(Args&&... args)
      : value(std::forward<Args>(args)...) {}

  /// Accesses the value. @return the value, owned by this object.
  T& operator*() noexcept { return value; }
  /// Accesses the value. @return the value, owned by this object.
  const T& operator*() const noexcept { return value; }
  /// Accesses a member. @return the value's address.
  T* operator->() noexcept { return &value; }
  /// Accesses a member. @return the value's address.
  const T* operator->() const noexcept { return &value; }
};

}  // namespace strata
