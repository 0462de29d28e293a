/// @file
/// @brief Reads the clocks and the memory of the process.
#include "strata/bench/process.hpp"

#include "strata/os/mapping.hpp"

#include <time.h>

namespace strata::bench {
namespace {

std::int64_t read_clock(clockid_t clock) {
  constexpr std::int64_t kNsPerSecond = 1'000'000'000;
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * kNsPerSecond + now.tv_nsec;
}

}  // namespace

std::int64_t process_cpu_ns() {
  return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

// Not strata::now_ns(): that clock may be a test's, and this one never is.
std::int64_t wall_ns() { return read_clock(CLOCK_MONOTONIC); }

MemoryUse memory_use() {
  return {.resident_bytes = os::resident_bytes(),
          .page_table_bytes = os::page_table_bytes(),
          .mappings = os::mapping_count()};
}

void report_memory_each(Loop& loop, const MemoryUse& before) {
  const MemoryUse now = memory_use();
  const auto grown = [](std::size_t after, std::size_t was) {
    return static_cast<double>(after) - static_cast<double>(was);
  };
  const auto n = static_cast<double>(loop.n());
  loop.metric("memory",
              grown(now.resident_bytes, before.resident_bytes) / n, "B");
  loop.metric("page_tables",
              grown(now.page_table_bytes, before.page_table_bytes) / n,
              "B");
  loop.metric("mappings", grown(now.mappings, before.mappings), "mappings");
}

}  // namespace strata::bench
