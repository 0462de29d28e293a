/// @file
/// @brief Draws fast random numbers for scheduling decisions.
///
/// Story
///   Stealing order, select order and test schedules need numbers that are
///   cheap and reproducible from a seed; nothing here is fit for secrets.
///   One multiplication per draw (the wyrand step), no shared state: each
///   P, each test owns its own generator.
///
/// Source
///   W. Yi, wyhash (public domain); D. Lemire, "Fast Random Integer
///   Generation in an Interval" (2019) for `below`. Go runtime/rand.go:
///   cheaprand.
#pragma once

#include <cstdint>

namespace strata {

/// A small, fast pseudo random generator.
/// @invariant Two generators with equal seeds draw equal sequences.
class Rng {
 public:
  /// Starts a sequence. @param seed any value; equal seeds, equal
  /// sequences.
  explicit constexpr Rng(std::uint64_t seed = 0) noexcept : state_(seed) {}

  /// Draws 64 bits. @return uniformly distributed bits.
  constexpr std::uint64_t next64() noexcept {
    state_ += 0xa0761d6478bd642fULL;
    const std::uint64_t low = state_;
    const std::uint64_t high = state_ ^ 0xe7037ed1a0b428dbULL;
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(low) * high;
    return static_cast<std::uint64_t>(product >> 64) ^
           static_cast<std::uint64_t>(product);
  }

  /// Draws 32 bits. @return uniformly distributed bits.
  constexpr std::uint32_t next() noexcept {
    return static_cast<std::uint32_t>(next64() >> 32);
  }

  /// Draws a number below a bound; the bias is at most bound / 2^32.
  /// @param bound exclusive, at least 1. @return a number in [0, bound).
  constexpr std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>(
        (static_cast<std::uint64_t>(next()) * bound) >> 32);
  }

 private:
  // owner only
  std::uint64_t state_;
};

}  // namespace strata
