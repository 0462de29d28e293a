/// @file
/// @brief Compiles the cases with strata::atomic.

#include "strata/base/atomic.hpp"

template <class T>
using Atomic = strata::atomic<T>;

static inline void fence(std::memory_order order) {
  strata::atomic_thread_fence(order);
}

#include "cases.hpp"
