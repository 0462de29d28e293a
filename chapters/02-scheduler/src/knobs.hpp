/// @file
/// @brief Reads what the environment says about a run.
///
/// Source
///   Go runtime/extern.go, "Environment Variables".
#pragma once

#include <cstdint>
#include <span>

#include "strata/sched/layer.hpp"

namespace strata::sched {

/// The environment's wishes, read once per run.
struct Knobs {
  /// GOMAXPROCS, or the default from affinity and cgroup quota.
  int procs = 1;
  /// GODEBUG=schedtrace: milliseconds between SCHED lines, 0 for none.
  std::int64_t schedtrace_ms = 0;
  /// GODEBUG=scheddetail: 1 adds a line per P, M and G.
  std::int64_t scheddetail = 0;
  /// GODEBUG=seed: start of all random decisions, 0 for a fresh one.
  std::int64_t seed = 0;
  /// GODEBUG=stackguard: 0 best, 1 madvise in batches, 2 madvise, 3
  /// mprotect.
  std::int64_t stackguard = 0;
};

/// Reads GOMAXPROCS, GODEBUG and GOTRACEBACK.
/// @param layers may add knobs to GODEBUG.
/// @return the wishes; each bad item gave one line on standard error.
[[nodiscard]] Knobs read_knobs(std::span<const Layer* const> layers);

}  // namespace strata::sched
