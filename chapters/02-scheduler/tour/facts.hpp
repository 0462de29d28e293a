/// @file
/// @brief Reads facts about the machine and this process for the tour.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "strata/context/stack_pool.hpp"

namespace strata::tour {

/// Reads the number behind `key` in a file, or the first one for an empty
/// key.
/// @param file its path. @param key a word of it. @return 0 if there is
/// none.
inline std::int64_t read_number(const char* file, const std::string& key) {
  std::ifstream in(file);
  std::int64_t value = 0;
  for (std::string word; !key.empty() && in >> word;) {
    if (word == key) break;
  }
  in >> value;
  return in ? value : 0;
}

/// Writes a number with commas. @param count any. @return like "1,000,000".
inline std::string grouped(std::int64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3; at -= 3)
    text.insert(at - 3, 1, ',');
  return text;
}

/// Prints a count and what it means, as one row of a table.
/// @param what names it. @param count any. @param why explains it.
inline void print_fact(const char* what, std::int64_t count,
                       const char* why) {
  std::printf("  %-17s %10s      %s\n", what, grouped(count).c_str(), why);
}

/// Prints an amount with its unit and what it means.
/// @param what names it. @param amount any. @param unit two letters.
/// @param why explains it.
inline void print_fact(const char* what, double amount, const char* unit,
                       const char* why) {
  std::printf("  %-17s %10.2f %s   %s\n", what, amount, unit, why);
}

/// Counts the memory mappings of this process. @return as /proc lists them.
inline std::int64_t mappings() {
  std::ifstream in("/proc/self/maps");
  return std::count(std::istreambuf_iterator<char>(in), {}, '\n');
}

/// Tells how much memory may still be used; a container may have less than
/// the machine it runs on. @return bytes.
inline std::int64_t free_bytes() {
  const std::int64_t most = read_number("/sys/fs/cgroup/memory.max", "");
  const std::int64_t used =
      read_number("/sys/fs/cgroup/memory.current", "");
  const std::int64_t free =
      1024 * read_number("/proc/meminfo", "MemAvailable:");
  return most == 0 ? free : std::min(free, most - used);
}

/// Says how many goroutines fit, and what the limit is.
struct Room {
  /// So many fit.
  std::int64_t goroutines;
  /// Why not more.
  const char* limit;
};

/// Finds out how many goroutines fit at once. @return at least some.
inline Room room_for_goroutines() {
  // A page of stack, a record, page tables, and a quarter left to others.
  constexpr std::int64_t kBytesEach = 5 * 1024 * 4 / 3;
  const Room memory = {free_bytes() / kBytesEach, "free memory"};
  context::StackPool probe;
  const context::StackResult result = probe.acquire();
  const context::GuardMethod guard = probe.stats().guard;
  if (result) probe.release(result.stack);
  if (guard != context::GuardMethod::kMprotect) return memory;
  // This kernel wants two mappings for a guarded stack.
  const std::int64_t most = read_number("/proc/sys/vm/max_map_count", "");
  const Room maps = {most * 2 / 5, "vm.max_map_count, before Linux 6.13"};
  return maps.goroutines < memory.goroutines ? maps : memory;
}

}  // namespace strata::tour
