/// @file
/// @brief What tests that run the scheduler have in common.
#pragma once

#include <chrono>
#include <cstdlib>
#include <initializer_list>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "strata/sched/layer.hpp"
#include "strata/sched/sched.hpp"
#include "strata/sched/schedule.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/eventually.hpp"

namespace strata::sched::lab {

/// Runs `main` on so many Ps.
template <class Main>
int run_on(int procs, Main&& main,
           std::initializer_list<const Layer*> layers = {}) {
  ::setenv("GOMAXPROCS", std::to_string(procs).c_str(), 1);
  return run(layers, std::forward<Main>(main));
}

/// Waits on a goroutine without giving up its P: whoever is to make the
/// claim true must find a P of its own.
template <class Claim>
[[nodiscard]] bool comes_true_elsewhere(Claim claim) {
  return testkit::eventually(claim, std::chrono::seconds(2));
}

/// Records every event from its making to stop(). At most one exists.
class Recorder {
 public:
  Recorder() {
    events().clear();
    set_trace_sink(&Recorder::record);
  }
  ~Recorder() { stop(); }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Ends the recording. @pre No run is under way.
  void stop() { set_trace_sink(nullptr); }

  /// Returns the events of one kind, in order. @pre stopped
  [[nodiscard]] std::vector<TraceEvent> of(TraceKind kind) const {
    std::vector<TraceEvent> found;
    for (const TraceEvent& event : events()) {
      if (event.kind == kind) found.push_back(event);
    }
    return found;
  }

 private:
  static void record(const TraceEvent& event) {
    static std::mutex one;
    const std::lock_guard guard(one);
    events().push_back(event);
  }
  static std::vector<TraceEvent>& events() {
    static std::vector<TraceEvent> all;
    return all;
  }
};

}  // namespace strata::sched::lab
