/// @file
/// @brief Reads the kernel's books on this process.
#include "strata/testkit/leak_check.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "strata/base/assert.hpp"
#include "strata/testkit/sanitizers.hpp"

namespace strata::testkit {

namespace {

// A sanitizer maps memory of its own.
constexpr bool kMappingsAreOurs = !kSanitized;

std::size_t count_entries(const char* folder) {
  std::error_code error;
  const std::filesystem::directory_iterator entries(folder, error);
  STRATA_ASSERT(!error, "leak check: /proc/self cannot be read");
  return static_cast<std::size_t>(
      std::distance(begin(entries), end(entries)));
}

// Adds up the lines of /proc/self/maps: "<first>-<last> <rights> ...".
void count_mappings(Resources& resources) {
  std::ifstream maps("/proc/self/maps");
  STRATA_ASSERT(maps.is_open(), "leak check: /proc/self/maps is missing");
  for (std::string line; std::getline(maps, line);) {
    unsigned long first = 0;
    unsigned long last = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx", &first, &last) != 2) continue;
    ++resources.mappings;
    resources.mapped_bytes += last - first;
  }
}

}  // namespace

Resources count_resources() {
  Resources resources;
  resources.threads = count_entries("/proc/self/task");
  resources.files = count_entries("/proc/self/fd");
  count_mappings(resources);
  return resources;
}

LeakCheck::LeakCheck(Allowance allowance) noexcept
    : allowance_(allowance), before_(count_resources()) {}

bool LeakCheck::covers(const Resources& now) const noexcept {
  if (now.threads > before_.threads || now.files > before_.files)
    return false;
  if (!kMappingsAreOurs) return true;
  return now.mappings <= before_.mappings + allowance_.mappings &&
         now.mapped_bytes <= before_.mapped_bytes + allowance_.mapped_bytes;
}

bool LeakCheck::clean(std::chrono::nanoseconds limit) const {
  return eventually([this] { return covers(count_resources()); }, limit);
}

std::string LeakCheck::describe() const {
  const Resources now = count_resources();
  const auto change = [](const char* what, std::size_t from,
                         std::size_t to) {
    return std::string(what) + " " + std::to_string(from) + " -> " +
           std::to_string(to);
  };
  return change("threads", before_.threads, now.threads) + ", " +
         change("files", before_.files, now.files) + ", " +
         change("mappings", before_.mappings, now.mappings) + ", " +
         change("bytes", before_.mapped_bytes, now.mapped_bytes);
}

}  // namespace strata::testkit
