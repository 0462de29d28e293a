/// @file
/// @brief Reads the command line of a benchmark program.
#include "strata/bench/options.hpp"

#include "strata/base/debug_options.hpp"

#include <string_view>

namespace strata::bench {
namespace {

// Returns true when `text` is a number from 1 to `hi`.
bool read_count(const char* text, std::int64_t hi, std::uint64_t& out) {
  std::int64_t value = 0;
  if (text == nullptr || !parse_integer(text, value)) return false;
  if (value < 1 || value > hi) return false;
  out = static_cast<std::uint64_t>(value);
  return true;
}

// Takes a flag that has a value. Returns false when either is not
// understood.
bool take_valued(Options& options, std::string_view flag,
                 const char* value) {
  constexpr std::int64_t kRoundsMax = 10'000;
  constexpr std::int64_t kRoundMsMax = 60'000;
  if (flag == "--rounds") {
    return read_count(value, kRoundsMax, options.rounds);
  }
  if (flag == "--round-ms") {
    return read_count(value, kRoundMsMax, options.round_ms);
  }
  if (flag != "--row" || value == nullptr) return false;
  options.row = value;
  return true;
}

}  // namespace

Options parse_options(int argc, const char* const* argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    const char* const value = i + 1 < argc ? argv[i + 1] : nullptr;
    if (flag == "--list") {
      options.list_only = true;
    } else if (flag == "--quick") {
      options.is_quick = true;
    } else if (take_valued(options, flag, value)) {
      ++i;
    } else {
      options.error = std::string(flag) +
                      " is not understood; flags are --list, --row NAME, "
                      "--rounds N, --round-ms T, --quick";
      break;
    }
  }
  return options;
}

}  // namespace strata::bench
