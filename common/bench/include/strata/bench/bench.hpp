/// @file
/// @brief Declares the rows of a benchmark program and runs the chosen one.
///
/// Story
///   A benchmark program is a list of rows. The driver
///   (common/tools/bench.py) starts one process per row and repeat, so that
///   no row lives off the heap, the caches or the threads that another one
///   left behind, and so that a crash costs one cell of the table. A row is
///   calibrated until one round lasts `--round-ms`, then one round is
///   thrown away, then the rest are kept. The result is one line of JSON.
///
///   Wall time and the processor time of the whole process are both taken.
///   On a busy machine only the smallest processor time of many rounds
///   comes out twice the same, so rows on one P are compared by it; rows on
///   several Ps wait for each other, and only wall time says how long.
///
/// Invariants
///   I-B.1 The operations between Loop::start and Loop::stop are exactly
///         Loop::n(), a multiple of RowInfo::step.
///   I-B.2 Nothing is printed, sorted or allocated by the harness while a
///   row
///         is timed.
///
/// Not done
///   Rows that register themselves: silently dead in static libraries.
///   Google Benchmark: see book/decisions/0030-bench-harness.md.
#pragma once

#include "strata/bench/keep.hpp"
#include "strata/bench/loop.hpp"
#include "strata/bench/options.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace strata::bench {

/// Says which of the two clocks a row is compared by.
enum class Clock {
  kCpu,   ///< processor time of all threads of the process
  kWall,  ///< time that passed
};

/// Describes a row: what it measures and how its rounds are sized.
struct RowInfo {
  /// One line that says what one operation is; printed below the table.
  std::string_view what;
  /// The clock the driver compares.
  Clock clock = Clock::kCpu;
  /// Operations come in multiples of this, at least 1.
  std::uint64_t step = 1;
  /// No round has fewer operations; keeps set-up costs out of rows whose
  /// bodies start many goroutines.
  std::uint64_t ops_min = 1;
  /// No round has more; for operations whose results all stay alive.
  std::uint64_t ops_max = UINT64_MAX;
  /// When not 0, the body runs once, with this many operations, cold.
  std::uint64_t ops_once = 0;
};

/// Runs rows in the order in which they are declared.
///
/// A row runs inside the call of `row`; a row that was not chosen costs one
/// comparison of names.
class Suite {
 public:
  /// What a row is at the core: performs `loop.n()` operations.
  using Body = std::function<void(Loop&)>;
  /// Calls what it is given, in the surroundings the rows need.
  using Host = std::function<void(const std::function<void()>&)>;

  /// Reads the command line.
  /// @param subject the library under test, as it is called in the table.
  /// @param version its version, empty when the compiler says enough.
  /// @param argc,argv as main() got them; see Options for the flags.
  Suite(std::string_view subject, std::string_view version, int argc,
        const char* const* argv);

  /// Runs all that is timed through `host`, such as a call of
  /// `strata::run`. Arguments are read and results are printed outside of
  /// it.
  void run_inside(Host host) { host_ = std::move(host); }

  /// Declares a row, and runs it when it was chosen.
  /// @param name unique; ends in `.p1` or `.p2` when Ps are involved.
  /// @param info what is measured.
  /// @param body takes `Loop&`, or the number of operations to perform as
  ///        `std::uint64_t` and is then timed from call to return.
  template <class F>
  void row(std::string_view name, const RowInfo& info, F&& body) {
    if constexpr (std::is_invocable_v<F&, Loop&>) {
      run_row(name, info, std::forward<F>(body));
    } else {
      run_row(name, info, [&body](Loop& loop) { body(loop.n()); });
    }
  }

  /// Ends the program's list of rows.
  /// @return the exit status: 0, or 2 with a line on standard error when
  ///         the command line was wrong or named a row that is not there.
  [[nodiscard]] int finish() const;

  /// Returns what the command line said.
  [[nodiscard]] const Options& options() const { return options_; }

 private:
  void run_row(std::string_view name, const RowInfo& info, Body body);

  std::string subject_;
  std::string version_;
  Options options_;
  Host host_ = [](const std::function<void()>& measure) { measure(); };
  int rows_matched_ = 0;
};

}  // namespace strata::bench
