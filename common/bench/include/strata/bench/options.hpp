/// @file
/// @brief The command line that every benchmark program understands.
///
/// Story
///   The peers in other languages take the same flags, so that the driver
///   treats them all alike.
#pragma once

#include <cstdint>
#include <string>

namespace strata::bench {

/// What the command line asked for.
struct Options {
  /// `--list`: prints `name <tab> clock <tab> what` per row, runs nothing.
  bool list_only = false;
  /// `--quick`: one short round per row; the figures mean nothing.
  bool is_quick = false;
  /// `--row NAME`: the one row to run; empty runs all in one process.
  std::string row;
  /// `--rounds N`: rounds kept, 1 to 10,000.
  std::uint64_t rounds = 30;
  /// `--round-ms T`: length of a round in milliseconds, 1 to 60,000.
  std::uint64_t round_ms = 10;
  /// What was wrong with the command line; empty when all is well.
  std::string error;
};

/// Reads a command line.
/// @param argc,argv as main() got them; argv[0] is skipped.
/// @return the options; `error` names the first argument that was not
///         understood.
[[nodiscard]] Options parse_options(int argc, const char* const* argv);

}  // namespace strata::bench
