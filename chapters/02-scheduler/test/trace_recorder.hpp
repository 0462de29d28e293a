/// @file
/// @brief Records trace events of a run for a test to look at.
#pragma once

#include <mutex>
#include <vector>

#include "strata/sched/layer.hpp"

namespace strata::sched::test {

/// Records every event from its making to stop(). At most one exists.
class TraceRecorder {
 public:
  TraceRecorder() {
    events().clear();
    set_trace_sink(&TraceRecorder::record);
  }
  ~TraceRecorder() { stop(); }
  TraceRecorder(const TraceRecorder&) = delete;
  TraceRecorder& operator=(const TraceRecorder&) = delete;

  /// Ends the recording. @pre No run is under way.
  void stop() { set_trace_sink(nullptr); }

  /// Returns the recorded events of one kind, in order. @pre stopped
  [[nodiscard]] std::vector<TraceEvent> of(TraceKind kind) const {
    std::vector<TraceEvent> found;
    for (const TraceEvent& event : events()) {
      if (event.kind == kind) found.push_back(event);
    }
    return found;
  }
  /// Counts the recorded events of one kind. @pre stopped
  [[nodiscard]] std::size_t count(TraceKind kind) const {
    return of(kind).size();
  }

 private:
  static void record(const TraceEvent& event) {
    const std::lock_guard guard(mutex());
    events().push_back(event);
  }
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  static std::vector<TraceEvent>& events() {
    static std::vector<TraceEvent> all;
    return all;
  }
};

}  // namespace strata::sched::test
