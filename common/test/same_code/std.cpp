/// @file
/// @brief Compiles the cases with std::atomic.

#include <atomic>

template <class T>
using Atomic = std::atomic<T>;

static inline void fence(std::memory_order order) {
  std::atomic_thread_fence(order);
}

#include "cases.hpp"
