/// @file
/// @brief Chooses the seed of a test that draws at random.
///
/// Story
///   Each run draws another seed, so that a class of readers tries many.
///   The test prints it as STRATA_SEED=n; the same variable replays it.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>

namespace strata::sched::lab {

/// Reads STRATA_SEED, or draws a seed.
inline std::uint64_t chosen_seed() {
  const char* text = std::getenv("STRATA_SEED");
  if (text != nullptr) return std::strtoull(text, nullptr, 0);
  return std::random_device()();
}

}  // namespace strata::sched::lab
