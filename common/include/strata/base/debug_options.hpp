/// @file
/// @brief Reads `GODEBUG`-style knobs: `key=value,key=value`.
///
/// Story
///   A knob is an integer with a name, a default and a range. The
///   environment variable is read once, when the runtime starts. What is
///   not understood is said in one line on standard error that names the
///   item, and the default stays: a typo must neither stop a program nor
///   pass in silence.
///
/// Source
///   Go runtime/runtime1.go: parsedebugvars, dbgvars.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// One knob: where its value goes and what it may be.
struct DebugOption {
  /// The key, as written in the variable.
  std::string_view name;
  /// Receives the value; borrowed, holds the default before parsing.
  std::int64_t* value;
  /// Smallest and largest allowed value.
  std::int64_t lo;
  /// Largest allowed value.
  std::int64_t hi;
  /// One line for help texts.
  std::string_view meaning;
};

/// Parses `text` into the options it names; later items win.
/// @param variable the environment variable's name, for messages.
/// @param text its value, may be empty.
/// @param options the known knobs.
/// @return one message per bad item, without newline; empty when all is
/// well.
/// @errors An unknown key, a missing `=`, a value that is no integer or out
///         of range: each gives one message and changes nothing.
[[nodiscard]] std::vector<std::string> parse_debug_options(
    std::string_view variable, std::string_view text,
    std::span<const DebugOption> options);

/// Parses one whole number, with an optional sign and nothing around it.
/// @param text decimal digits. @param value set only on success.
/// @return true when `text` was a number that fits.
[[nodiscard]] bool parse_integer(std::string_view text,
                                 std::int64_t& value);

}  // namespace strata
