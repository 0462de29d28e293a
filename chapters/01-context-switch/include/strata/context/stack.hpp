/// @file
/// @brief Describes one goroutine stack: plain addresses, owned by a pool.
///
/// Story
///   A stack is a range of address space with an unmapped-looking guard
///   below it. Stacks grow down, so `hi` is where a goroutine starts and
///   the guard is what it hits when it recurses too deep. This header only
///   describes; stack_pool.hpp makes them.
///
/// Invariants
///   I-01.1 `hi` is a multiple of 64, `lo` a multiple of the page size, and
///          the guard of at least `kGuardBytes` ends exactly at `lo`.
#pragma once

#include <cstddef>
#include <cstdint>

namespace strata::context {

/// Smallest stack that is ever handed out, in bytes.
// [doc:stack-limits]
inline constexpr std::size_t kMinStackBytes = 16 * 1024;
/// Largest stack that is ever handed out, in bytes.
inline constexpr std::size_t kMaxStackBytes = 256 * 1024 * 1024;
/// Stack a goroutine gets when nobody asks for another size, in bytes.
/// Chosen by measurement: book/decisions/0010-stack-size.md.
inline constexpr std::size_t kDefaultStackBytes = 64 * 1024;
/// Bytes of guard below each stack. A frame larger than this can jump over
/// the guard unless its code was built with -fstack-clash-protection.
inline constexpr std::size_t kGuardBytes = 64 * 1024;
/// Size classes are the powers of two from the smallest to the largest.
inline constexpr int kStackClasses = 15;
static_assert(kMinStackBytes << (kStackClasses - 1) == kMaxStackBytes);
// [/doc:stack-limits]

/// Names a range of memory that one goroutine may use as its stack.
///
/// A value that is copied freely; whoever got it from a pool gives it back
/// once. The range is [lo, hi); the first frame starts just below `hi`.
struct Stack {
  /// Lowest usable byte; the guard ends here.
  std::byte* lo = nullptr;
  /// One past the highest usable byte. Differs from the end of the slot by
  /// the color: 0 to 31 cache lines, so that stacks start in different
  /// sets.
  std::byte* hi = nullptr;
  /// Which slab of the pool the stack was cut from.
  std::uint16_t slab = 0;
  /// Power of two: the class holds stacks of `kMinStackBytes <<
  /// size_class`.
  std::uint8_t size_class = 0;
  /// Position in the slab.
  std::uint32_t slot = 0;

  /// Counts the usable bytes. @return hi - lo.
  std::size_t bytes() const noexcept {
    return static_cast<std::size_t>(hi - lo);
  }
  /// Tells the size that overflow reports name. @return a power of two.
  std::size_t limit_bytes() const noexcept {
    return kMinStackBytes << size_class;
  }
  /// Tells whether an address lies in the usable range.
  /// @param address any address. @return true inside [lo, hi).
  bool contains(const void* address) const noexcept {
    return address >= lo && address < hi;
  }
  /// Tells a stack from nothing. @return true when there is one.
  explicit operator bool() const noexcept { return lo != nullptr; }
};

}  // namespace strata::context
