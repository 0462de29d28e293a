/// @file
/// @brief Reads where a verdict goes, and writes it as one line of JSON.
#include "strata/testkit/verdict.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace strata::testkit {
namespace {

// Adds `, "name": "value"`.
void add(std::string& line, std::string_view name, std::string_view value) {
  line += ", ";
  line += json_string(name);
  line += ": ";
  line += json_string(value);
}

}  // namespace

std::string json_string(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

VerdictPipe VerdictPipe::from_environment() {
  VerdictPipe pipe;
  char* value = std::getenv("STRATA_VERDICT");
  if (value == nullptr) return pipe;
  const std::string_view text = value;
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    std::from_chars(text.data(), text.data() + colon, pipe.descriptor_);
    pipe.word_ = text.substr(colon + 1);
    // What a test starts is no judge.
    ::fcntl(pipe.descriptor_, F_SETFD, FD_CLOEXEC);
  }
  // /proc/self/environ shows the memory itself, whatever unsetenv says.
  std::fill_n(value, text.size(), '-');
  unsetenv("STRATA_VERDICT");
  return pipe;
}

void VerdictPipe::send(const TestVerdict& verdict) const {
  std::string line = "{\"passed\": ";
  line += verdict.passed ? "true" : "false";
  add(line, "word", word_);
  add(line, "expression", verdict.expression);
  add(line, "expansion", verdict.expansion);
  add(line, "message", verdict.message);
  add(line, "place", verdict.place);
  line += "}\n";
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = write(descriptor_, rest.data(), rest.size());
    if (written <= 0) return;  // the listener has gone
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace strata::testkit
