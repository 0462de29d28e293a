/// @file
/// @brief Parses GOMAXPROCS, GODEBUG and GOTRACEBACK, and says what is
/// wrong.
#include "knobs.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "strata/base/clock.hpp"
#include "strata/base/debug_options.hpp"
#include "strata/base/fatal.hpp"
#include "strata/os/cpu.hpp"

namespace strata::sched {
namespace {

constexpr std::int64_t kMaxTraceMs = 3'600'000;

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : value;
}

void complain(std::string_view message) {
  RawWriter out;
  out.str("strata: ").str(message).str("\n");
}

int read_procs() {
  const int standard =
      os::default_procs(os::affinity_cpus(), os::cgroup_cpu_limit());
  const std::string_view text = environment("GOMAXPROCS");
  if (text.empty()) return std::min(standard, kMaxProcs);
  std::int64_t value = 0;
  if (!parse_integer(text, value) || value < 1) {
    complain("GOMAXPROCS: \"" + std::string(text) +
             "\" ignored: expected a number from 1 to " +
             std::to_string(kMaxProcs) + ", using " +
             std::to_string(standard));
    return standard;
  }
  if (value > kMaxProcs) {
    complain("GOMAXPROCS: " + std::string(text) +
             " is above the limit, using " + std::to_string(kMaxProcs));
  }
  return static_cast<int>(std::min<std::int64_t>(value, kMaxProcs));
}

// The reports read GOTRACEBACK when the process is about to end; here it is
// only checked, while somebody can still mend it.
void check_traceback() {
  constexpr std::string_view kKnown[] = {
      "", "none", "single", "all", "system", "crash", "0", "1", "2"};
  const std::string_view text = environment("GOTRACEBACK");
  if (std::ranges::find(kKnown, text) != std::end(kKnown)) return;
  complain("GOTRACEBACK: \"" + std::string(text) +
           "\" ignored: expected none, single, all, system or crash, "
           "using single");
}

}  // namespace

Knobs read_knobs(std::span<const Layer* const> layers) {
  Knobs knobs;
  knobs.procs = read_procs();
  std::vector<DebugOption> options = {
      {"schedtrace", &knobs.schedtrace_ms, 0, kMaxTraceMs,
       "milliseconds between SCHED lines"},
      {"scheddetail", &knobs.scheddetail, 0, 1,
       "with schedtrace: a line for each P, M and G"},
      {"seed", &knobs.seed, 0, INT64_MAX, "start of all random decisions"},
      {"stackguard", &knobs.stackguard, 0, 3,
       "how guards are made: 0 best, 1 madvise in batches, 2 madvise, "
       "3 mprotect"},
  };
  for (const Layer* layer : layers) {
    options.insert(options.end(), layer->knobs.begin(), layer->knobs.end());
  }
  for (const std::string& message :
       parse_debug_options("GODEBUG", environment("GODEBUG"), options)) {
    complain(message);
  }
  check_traceback();
  if (knobs.seed == 0) knobs.seed = now_ns();
  return knobs;
}

}  // namespace strata::sched
