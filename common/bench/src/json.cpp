/// @file
/// @brief Writes JSON members.
#include "strata/bench/json.hpp"

#include "strata/base/assert.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace strata::bench {
namespace {

constexpr int kSignificantDigits = 6;

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') {
    out += '\\';
    out += c;
  } else if (code < 0x20) {
    out += "\\u00";
    out += kHex[code >> 4];
    out += kHex[code & 15];
  } else {
    out += c;
  }
}

}  // namespace

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) append_escaped(out, c);
  return out + '"';
}

void JsonObject::key(std::string_view name) {
  if (!members_.empty()) members_ += ", ";
  members_ += json_quoted(name) + ": ";
}

JsonObject& JsonObject::text(std::string_view name,
                             std::string_view value) {
  key(name);
  members_ += json_quoted(value);
  return *this;
}

JsonObject& JsonObject::number(std::string_view name, double value) {
  STRATA_ASSERT(std::isfinite(value), "JSON has no infinity and no NaN");
  std::array<char, 32> digits;
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), value,
                    std::chars_format::general, kSignificantDigits);
  STRATA_ASSERT(error == std::errc{}, "six digits fit");
  key(name);
  members_.append(digits.data(), end);
  return *this;
}

JsonObject& JsonObject::count(std::string_view name, std::uint64_t value) {
  key(name);
  members_ += std::to_string(value);
  return *this;
}

JsonObject& JsonObject::object(std::string_view name,
                               const JsonObject& value) {
  key(name);
  members_ += value.str();
  return *this;
}

}  // namespace strata::bench
