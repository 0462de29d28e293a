/// @file
/// @brief What a benchmark's body sees: how often to run, and its
/// stopwatch.
///
/// Invariants
///   I-B.3 The stopwatch covers the last start() to the first stop() after
///   it.
///
/// Threads
///   One goroutine or thread uses a Loop. It may move between threads,
///   because both clocks belong to the process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strata::bench {

/// Time a round took on both clocks.
struct Elapsed {
  /// Nanoseconds that passed.
  std::int64_t wall_ns = 0;
  /// Processor nanoseconds of all threads of the process.
  std::int64_t cpu_ns = 0;
};

/// A further figure of a row that is not a time, such as memory.
struct Metric {
  /// Name, appended to the row's name with a dot.
  std::string name;
  /// The figure itself.
  double value = 0;
  /// Unit as printed: "B", "count".
  std::string unit;
};

/// One round of one row.
class Loop {
 public:
  /// Prepares a round. @param n operations to perform, at least 1.
  explicit Loop(std::uint64_t n) : n_(n) {}

  /// Returns the number of operations this round performs.
  [[nodiscard]] std::uint64_t n() const { return n_; }

  /// Starts the stopwatch at zero: what ran before is set-up and not
  /// counted. It already runs when the body is called.
  void start();

  /// Stops the stopwatch: what follows is not counted. Further calls change
  /// nothing until the next start().
  void stop();

  /// Reports a figure besides the time; the last round's is kept.
  /// @param name,unit copied. @param value finite.
  void metric(std::string_view name, double value, std::string_view unit);

  /// Says that the row cannot be measured on this system. The body returns
  /// right after, and no further round runs.
  /// @param reason one line, copied, not empty.
  void skip(std::string_view reason) { skip_reason_ = reason; }

  /// Returns the stopped time. @pre stop() was called.
  [[nodiscard]] Elapsed elapsed() const;

  /// Returns what metric() was given, in order.
  [[nodiscard]] const std::vector<Metric>& metrics() const {
    return metrics_;
  }

  /// Returns why the row cannot be measured; empty when it can.
  [[nodiscard]] const std::string& skip_reason() const {
    return skip_reason_;
  }

 private:
  std::uint64_t n_;
  bool is_running_ = false;
  Elapsed begin_;
  Elapsed elapsed_;
  std::vector<Metric> metrics_;
  std::string skip_reason_;
};

}  // namespace strata::bench
