/// @file
/// @brief Writes what a step-through figure of the book plays.
///
/// Story
///   A figure's program runs the real code, looks at its state between the
///   steps, and prints one JSON object: a title, the name of a drawing, and
///   a list of steps. Each step is a sentence, the state to draw, and the
///   line of a listing that did it. The book records the output.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace strata::figures {

/// Puts a text into quotes for JSON. @param text without control
/// characters.
/// @return the text, quoted.
inline std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// Makes a JSON list. @param values JSON values. @return the list.
inline std::string list(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& value : values) {
    if (out.size() > 1) out += ", ";
    out += value;
  }
  return out + ']';
}

/// Is one member of a JSON object.
struct Member {
  /// Its name.
  std::string_view name;
  /// Its JSON value.
  std::string value;
};

/// Makes a JSON object. @param members in order. @return the object.
inline std::string object(const std::vector<Member>& members) {
  std::string out = "{";
  for (const Member& member : members) {
    if (out.size() > 1) out += ", ";
    out += quoted(member.name) + ": " + member.value;
  }
  return out + '}';
}

/// Prints a file of steps to standard output, one step on each line.
class StepsFile {
 public:
  /// Begins the file. @param view name of a drawing. @param title shown
  /// above.
  StepsFile(std::string_view view, std::string_view title) {
    std::printf(
        "{\"format\": \"strata-steps-1\", \"view\": %s, \"title\": %s,\n"
        "\"steps\": [",
        quoted(view).c_str(), quoted(title).c_str());
  }
  /// Ends the file.
  ~StepsFile() { std::puts("\n]}"); }
  StepsFile(const StepsFile&) = delete;
  StepsFile& operator=(const StepsFile&) = delete;

  /// Adds a step.
  /// @param say what happened, one sentence. @param state a JSON object, as
  /// the drawing wants it. @param line text of the source line that did it,
  /// to be lit in the book's listings; empty for none.
  void step(std::string_view say, const std::string& state,
            std::string_view line = {}) {
    std::vector<Member> members = {{"say", quoted(say)}};
    if (!line.empty()) members.push_back({"line", quoted(line)});
    members.push_back({"state", state});
    std::printf("%s\n%s", first_ ? "" : ",", object(members).c_str());
    first_ = false;
  }

 private:
  bool first_ = true;
};

}  // namespace strata::figures
