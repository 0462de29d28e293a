/// @file
/// @brief Calibrates, measures and prints the rows of a program.
#include "strata/bench/bench.hpp"

#include "strata/base/assert.hpp"
#include "strata/bench/json.hpp"
#include "strata/bench/summary.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace strata::bench {
namespace {

#if defined(__clang__)
constexpr std::string_view kCompiler = "clang " __clang_version__;
#else
constexpr std::string_view kCompiler = "g++ " __VERSION__;
#endif

// All rounds of one row, as nanoseconds per operation.
struct Rounds {
  std::uint64_t ops = 0;
  std::vector<double> wall;
  std::vector<double> cpu;
  std::vector<Metric> metrics;
  std::string skip_reason;
};

std::string_view clock_name(Clock clock) {
  return clock == Clock::kCpu ? "cpu" : "wall";
}

Elapsed run_once(const Suite::Body& body, Loop& loop) {
  loop.start();
  body(loop);
  loop.stop();
  return loop.elapsed();
}

std::uint64_t round_up(std::uint64_t n, const RowInfo& info) {
  n = std::clamp(n, info.ops_min, info.ops_max);
  return (n + info.step - 1) / info.step * info.step;
}

// Returns why the row cannot be measured, empty when it can.
std::string run_unrecorded(const Suite::Body& body, std::uint64_t n) {
  Loop loop(n);
  run_once(body, loop);
  return loop.skip_reason();
}

// Times n operations on the wall clock. A call that was descheduled seems
// to fill a round, so a long one is repeated, and the shortest counts.
double time_calmly(const Suite::Body& body, std::uint64_t n,
                   double long_enough_ns) {
  constexpr int kTries = 3;
  double took = 0;
  for (int i = 0; i < kTries; ++i) {
    Loop loop(n);
    const auto one = static_cast<double>(run_once(body, loop).wall_ns);
    took = i == 0 ? one : std::min(took, one);
    if (took < long_enough_ns) break;
  }
  return std::max(took, 1.0);
}

// Returns how many operations fill a round. Grows by at most a factor of
// ten, because short rounds say little about long ones.
std::uint64_t calibrate(const Suite::Body& body, const RowInfo& info,
                        double round_ns) {
  constexpr double kNearEnough = 0.5;
  constexpr double kGrowthMax = 10;
  const double long_enough_ns = round_ns * kNearEnough;
  std::uint64_t n = round_up(1, info);
  while (true) {
    const double took_ns = time_calmly(body, n, long_enough_ns);
    const double factor = std::min(round_ns / took_ns, kGrowthMax);
    const auto next = round_up(
        static_cast<std::uint64_t>(static_cast<double>(n) * factor), info);
    if (took_ns >= long_enough_ns || next <= n) return next;
    n = next;
  }
}

void record(Rounds& rounds, const Suite::Body& body) {
  Loop loop(rounds.ops);
  const Elapsed took = run_once(body, loop);
  const auto n = static_cast<double>(rounds.ops);
  rounds.wall.push_back(static_cast<double>(took.wall_ns) / n);
  rounds.cpu.push_back(static_cast<double>(took.cpu_ns) / n);
  rounds.metrics = loop.metrics();
  rounds.skip_reason = loop.skip_reason();
}

Rounds measure_once(const Suite::Body& body, const RowInfo& info,
                    const Options& options) {
  constexpr std::uint64_t kQuickShare = 100;
  Rounds rounds;
  rounds.ops = options.is_quick
                   ? std::max<std::uint64_t>(info.ops_once / kQuickShare, 1)
                   : info.ops_once;
  record(rounds, body);
  return rounds;
}

// The very first call pays for every cold page and says nothing; it is
// dropped, and so is one full round.
Rounds measure(const Suite::Body& body, const RowInfo& info,
               const Options& options) {
  constexpr double kNsPerMs = 1e6;
  if (info.ops_once != 0) return measure_once(body, info, options);
  Rounds rounds;
  rounds.ops = round_up(1, info);
  rounds.skip_reason = run_unrecorded(body, rounds.ops);
  if (!rounds.skip_reason.empty()) return rounds;
  if (!options.is_quick) {
    const auto round_ms = static_cast<double>(options.round_ms);
    rounds.ops = calibrate(body, info, round_ms * kNsPerMs);
    run_unrecorded(body, rounds.ops);
  }
  const std::uint64_t kept = options.is_quick ? 1 : options.rounds;
  rounds.wall.reserve(kept);
  rounds.cpu.reserve(kept);
  for (std::uint64_t i = 0; i < kept; ++i) record(rounds, body);
  return rounds;
}

JsonObject to_json(const Summary& summary) {
  return JsonObject()
      .number("min", summary.min)
      .number("median", summary.median)
      .number("p10", summary.p10)
      .number("p90", summary.p90);
}

JsonObject to_json(const std::vector<Metric>& metrics) {
  JsonObject out;
  for (const Metric& metric : metrics) {
    out.object(metric.name, JsonObject()
                                .number("value", metric.value)
                                .text("unit", metric.unit));
  }
  return out;
}

void add_rounds(JsonObject& line, const Rounds& rounds) {
  line.text("compiler", kCompiler)
      .text("unit", "ns")
      .count("ops", rounds.ops)
      .count("rounds", rounds.wall.size())
      .object("cpu", to_json(summarize(rounds.cpu)))
      .object("wall", to_json(summarize(rounds.wall)))
      .object("metrics", to_json(rounds.metrics));
}

void print_line(const std::string& line) {
  std::fputs((line + "\n").c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace

Suite::Suite(std::string_view subject, std::string_view version, int argc,
             const char* const* argv)
    : subject_(subject),
      version_(version),
      options_(parse_options(argc, argv)) {}

void Suite::run_row(std::string_view name, const RowInfo& info, Body body) {
  STRATA_ASSERT(info.step >= 1, "operations come in steps of one or more");
  if (!options_.error.empty()) return;
  if (options_.list_only) {
    print_line(std::string(name) + "\t" +
               std::string(clock_name(info.clock)) + "\t" +
               std::string(info.what));
    return;
  }
  if (!options_.row.empty() && options_.row != name) return;
  ++rows_matched_;
  Rounds rounds;
  host_([&] { rounds = measure(body, info, options_); });
  JsonObject line;
  line.text("row", name)
      .text("subject", subject_)
      .text("version", version_);
  if (rounds.skip_reason.empty()) {
    add_rounds(line, rounds);
  } else {
    line.text("skipped", rounds.skip_reason);
  }
  line.text("clock", clock_name(info.clock)).text("what", info.what);
  print_line(line.str());
}

int Suite::finish() const {
  constexpr int kUsageStatus = 2;
  if (!options_.error.empty()) {
    std::fprintf(stderr, "%s\n", options_.error.c_str());
    return kUsageStatus;
  }
  if (!options_.list_only && rows_matched_ == 0) {
    std::fprintf(stderr, "no row is called '%s'; try --list\n",
                 options_.row.c_str());
    return kUsageStatus;
  }
  return 0;
}

}  // namespace strata::bench
