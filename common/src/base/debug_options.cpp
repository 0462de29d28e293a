/// @file
/// @brief Splits and checks `key=value,key=value` knobs.
#include "strata/base/debug_options.hpp"

#include <algorithm>
#include <charconv>

namespace strata {
namespace {

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

// Returns an empty string when the item was taken.
std::string apply(std::string_view variable, std::string_view item,
                  std::span<const DebugOption> options) {
  const std::string where = std::string(variable) + ": ";
  const std::size_t equals = item.find('=');
  if (equals == std::string_view::npos) {
    return where + quoted(item) + " ignored: expected name=number";
  }
  const std::string_view name = item.substr(0, equals);
  const auto option = std::ranges::find(options, name, &DebugOption::name);
  if (option == options.end()) {
    return where + quoted(item) + " ignored: no knob has this name";
  }
  std::int64_t value = 0;
  if (!parse_integer(item.substr(equals + 1), value) ||
      value < option->lo || value > option->hi) {
    return where + quoted(item) + " ignored: expected a number from " +
           std::to_string(option->lo) + " to " +
           std::to_string(option->hi) + ", " + std::string(name) +
           " stays " + std::to_string(*option->value);
  }
  *option->value = value;
  return {};
}

}  // namespace

bool parse_integer(std::string_view text, std::int64_t& value) {
  std::int64_t parsed = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, parsed);
  if (error != std::errc{} || stop != end || text.empty()) return false;
  value = parsed;
  return true;
}

std::vector<std::string> parse_debug_options(
    std::string_view variable, std::string_view text,
    std::span<const DebugOption> options) {
  std::vector<std::string> messages;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view item = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (item.empty()) continue;
    std::string message = apply(variable, item, options);
    if (!message.empty()) messages.push_back(std::move(message));
  }
  return messages;
}

}  // namespace strata
