/// @file
/// @brief Keeps the optimizer from removing what is measured.
#pragma once

namespace strata::bench {

/// Makes the compiler believe that `value` is read here.
/// @param value anything; no instruction is made for it but its
/// computation.
template <class T>
inline void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

/// Makes the compiler believe that all memory is read and written here.
inline void clobber_memory() { asm volatile("" : : : "memory"); }

}  // namespace strata::bench
