/// @file
/// @brief Writes the scheduler's own events as a trace that the book's
/// viewer
///        and the trace viewers of Chrome (Perfetto) can open.
///
/// Story
///   The file is Chrome's "Trace Event Format". A thread of it is a P. The
///   running goroutine is a slice (B and E), all else an instant (i), and
///   an arrow (s and f) leads from `go` to the first run. The member
///   `args.do` says what the event means to Strata: the book's viewer reads
///   only that, so the file has one truth for both. See
///   book/appendix/trace-format.rst.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../tour/recorder.hpp"
#include "strata/figures/steps_file.hpp"
#include "strata/sched/layer.hpp"

namespace strata::figures {

/// Prints one recorded run to standard output.
class TraceFile {
 public:
  /// Names goroutines: number to name. Those without one are called "go".
  using Names = std::map<std::uint64_t, std::string>;

  /// Prints the whole file. @param title of the run. @param names see
  /// there.
  /// @param events as recorded, in any order. @param procs how many Ps.
  static void print(std::string_view title, const Names& names, int procs,
                    std::span<const tour::Timed> events) {
    TraceFile file(procs);
    std::vector<tour::Timed> sorted(events.begin(), events.end());
    std::ranges::stable_sort(sorted, {}, &tour::Timed::ns);
    file.begin(title, names, procs);
    file.start_who_was_running(sorted.front().event);
    for (const tour::Timed& timed : sorted) {
      file.now_ns_ = timed.ns - sorted.front().ns;
      file.add(timed.event);
    }
    std::puts("\n]}");
  }

 private:
  using Event = sched::TraceEvent;

  explicit TraceFile(int procs)
      : running_(static_cast<std::size_t>(procs)) {}

  void begin(std::string_view title, const Names& names, int procs) {
    std::vector<std::string> pairs;
    for (const auto& [g, name] : names) {
      pairs.push_back(list({std::to_string(g), quoted(name)}));
    }
    std::printf("{\"displayTimeUnit\": \"ns\", \"otherData\": %s,\n",
                object({{"format", quoted("strata-trace-1")},
                        {"title", quoted(title)},
                        {"procs", std::to_string(procs)},
                        {"names", list(pairs)}})
                    .c_str());
    std::printf("\"traceEvents\": [");
    for (int p = 0; p < procs; ++p) {
      const std::string name = quoted("P " + std::to_string(p));
      line({{"name", quoted("thread_name")},
            {"ph", quoted("M")},
            {"pid", "1"},
            {"tid", std::to_string(p + 1)},
            {"args", object({{"name", name}})}});
    }
  }

  // Whoever does the first thing was running when the recording began.
  void start_who_was_running(const Event& first) {
    using enum sched::TraceKind;
    if (first.kind != kGoCreate || first.other == 0) return;
    start({.kind = kGoStart, .p = first.p, .g = first.other, .other = 0});
  }

  // Which word of `args.do` stands for a kind, and what `other` is called.
  struct Word {
    const char* verb;
    const char* other;  // empty when the kind has none
  };
  static Word word_of(sched::TraceKind kind) {
    using enum sched::TraceKind;
    switch (kind) {
      case kGoCreate:
        return {"create", "by"};
      case kGoStart:
        return {"start", ""};
      case kGoYield:
        return {"yield", ""};
      case kGoEnd:
        return {"end", ""};
      case kProcStart:
        return {"acquire", "m"};
      case kProcStop:
        return {"release", "m"};
      case kSteal:
        return {"steal", "from"};
      case kGlobalTake:
        return {"take", ""};
      case kOverflow:
        return {"overflow", "n"};
      case kSpinStart:
        return {"spin", "m"};
    }
    return {"", ""};
  }

  void add(const Event& event) {
    using enum sched::TraceKind;
    if (event.p < 0) return;
    // A switch reports who comes before it reports what became of who left.
    if (event.kind == kGoStart) leave(event.p);
    const bool left = event.kind == kGoYield || event.kind == kGoEnd;
    if (left && running(event.p) == event.g) leave(event.p);
    if (event.kind == kGoStart) return start(event);
    mark("i", event.p, word_of(event.kind).verb, arguments(event));
    if (event.kind == kGoCreate && event.other != 0) flow("s", event);
  }

  void start(const Event& event) {
    running(event.p) = event.g;
    mark("B", event.p, "G" + std::to_string(event.g), arguments(event));
    if (waits_for_first_run(event.g)) flow("f", event);
  }

  // Ends the slice of the goroutine that runs on this P.
  void leave(int p) {
    if (running(p) == 0) return;
    running(p) = 0;
    mark("E", p, "", {});
  }

  static std::vector<Member> arguments(const Event& event) {
    const Word word = word_of(event.kind);
    std::vector<Member> members = {{"do", quoted(word.verb)}};
    if (event.g != 0) members.push_back({"g", std::to_string(event.g)});
    if (word.other[0] != '\0') {
      members.push_back({word.other, std::to_string(event.other)});
    }
    return members;
  }

  void mark(const char* phase, int p, std::string_view name,
            const std::vector<Member>& arguments) {
    std::vector<Member> members = common(phase, p);
    if (phase[0] == 'i') members.push_back({"s", quoted("t")});
    if (!name.empty()) members.push_back({"name", quoted(name)});
    if (!arguments.empty()) members.push_back({"args", object(arguments)});
    line(members);
  }

  // One end of an arrow from `go` to the first run.
  void flow(const char* phase, const Event& event) {
    if (phase[0] == 's') created_.push_back(event.g);
    std::vector<Member> members = common(phase, event.p);
    members.push_back({"name", quoted("go")});
    members.push_back({"cat", quoted("go")});
    members.push_back({"id", std::to_string(event.g)});
    if (phase[0] == 'f') members.push_back({"bp", quoted("e")});
    line(members);
  }

  // True once for each goroutine that has an arrow.
  bool waits_for_first_run(std::uint64_t g) {
    return std::erase(created_, g) != 0;
  }

  std::vector<Member> common(const char* phase, int p) const {
    char microseconds[32];
    std::snprintf(microseconds, sizeof(microseconds), "%.3f",
                  static_cast<double>(now_ns_) / 1e3);
    return {{"ph", quoted(phase)},
            {"ts", microseconds},
            {"pid", "1"},
            {"tid", std::to_string(p + 1)}};
  }

  void line(const std::vector<Member>& members) {
    std::printf("%s\n%s", first_ ? "" : ",", object(members).c_str());
    first_ = false;
  }

  std::uint64_t& running(int p) {
    return running_[static_cast<std::size_t>(p)];
  }

  std::vector<std::uint64_t> running_;  // per P, 0 for none
  std::vector<std::uint64_t> created_;  // have not run yet
  std::int64_t now_ns_ = 0;
  bool first_ = true;
};

}  // namespace strata::figures
