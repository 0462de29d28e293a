/// @file
/// @brief Names a place in the source: std::source_location for clang 14
/// too.
///
/// Story
///   clang 14 with libstdc++ has no std::source_location, but it has the
///   builtins below, as g++ does. Members are spelled as in the standard,
///   so that the day the old compiler goes, this file goes with it.
#pragma once

#include <cstdint>

namespace strata {

/// Remembers file, line and function of a caller.
class SourcePlace {
 public:
  /// Returns the place of the caller when used as a default argument.
  /// @param file filled in by the compiler @param function so, too
  /// @param line so, too
  static constexpr SourcePlace current(
      const char* file = __builtin_FILE(),
      const char* function = __builtin_FUNCTION(),
      std::uint_least32_t line = __builtin_LINE()) noexcept {
    SourcePlace place;
    place.file_ = file;
    place.function_ = function;
    place.line_ = line;
    return place;
  }

  /// Names no place.
  constexpr SourcePlace() noexcept = default;
  /// Returns the file's name; lives forever.
  [[nodiscard]] constexpr const char* file_name() const noexcept {
    return file_;
  }
  /// Returns the function's name; lives forever.
  [[nodiscard]] constexpr const char* function_name() const noexcept {
    return function_;
  }
  /// Returns the line, counted from 1; 0 for no place.
  [[nodiscard]] constexpr std::uint_least32_t line() const noexcept {
    return line_;
  }

 private:
  // constant after init
  const char* file_ = "";
  const char* function_ = "";
  std::uint_least32_t line_ = 0;
};

}  // namespace strata
