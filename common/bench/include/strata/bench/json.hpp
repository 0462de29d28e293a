/// @file
/// @brief Writes one JSON object on one line.
///
/// Not done
///   A JSON library: one line of numbers and names is all that is written,
///   and it is read by Python's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace strata::bench {

/// Builds the text of a JSON object, member by member.
class JsonObject {
 public:
  /// Adds a string, escaped.
  JsonObject& text(std::string_view key, std::string_view value);
  /// Adds a number with six significant digits. @param value finite.
  JsonObject& number(std::string_view key, double value);
  /// Adds a whole number.
  JsonObject& count(std::string_view key, std::uint64_t value);
  /// Adds an object.
  JsonObject& object(std::string_view key, const JsonObject& value);

  /// Returns the object's text, without a newline.
  [[nodiscard]] std::string str() const { return "{" + members_ + "}"; }

 private:
  void key(std::string_view name);

  std::string members_;
};

/// Returns `text` in quotes, with what JSON forbids escaped.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace strata::bench
