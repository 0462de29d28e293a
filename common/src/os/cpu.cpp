/// @file
/// @brief Reads the affinity mask and the control group's CPU quota.
///
/// Story
///   /proc/self/cgroup names this process's group, one line per hierarchy:
///   `0::/path` for version 2, `N:cpu,cpuacct:/path` for version 1. Version
///   2 keeps `cpu.max` ("quota period" or "max period") in each folder,
///   version 1 two files. A group cannot use more than its ancestors, so
///   the tightest limit on the way up to the root counts. Inside a
///   container the path may point outside of what is mounted; a missing
///   file only ends the search there.
#include "strata/os/cpu.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

#include <sched.h>

namespace strata::os {
namespace {

constexpr double kNoLimit = std::numeric_limits<double>::infinity();

// CPU sets beyond this are not worth a dynamic mask.
constexpr int kMaxCpus = 8192;

double limit_v2(const std::string& folder) {
  std::ifstream file(folder + "/cpu.max");
  std::string quota;
  double period_us = 0;
  if (!(file >> quota >> period_us) || quota == "max" || period_us <= 0) {
    return kNoLimit;
  }
  const double quota_us = std::strtod(quota.c_str(), nullptr);
  return quota_us > 0 ? quota_us / period_us : kNoLimit;
}

double limit_v1(const std::string& folder) {
  std::ifstream quota_file(folder + "/cpu.cfs_quota_us");
  std::ifstream period_file(folder + "/cpu.cfs_period_us");
  double quota_us = 0;
  double period_us = 0;
  if (!(quota_file >> quota_us) || !(period_file >> period_us)) {
    return kNoLimit;
  }
  return quota_us > 0 && period_us > 0 ? quota_us / period_us : kNoLimit;
}

// Tightest limit of the folder `path` below `mount` and of all above it.
template <class Limit>
double tightest(const std::string& mount, std::string path, Limit limit) {
  double least = kNoLimit;
  for (;;) {
    least = std::min(least, limit(mount + path));
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos || path.empty()) return least;
    path.resize(slash);
  }
}

bool names_cpu(const std::string& controllers) {
  const std::string padded = "," + controllers + ",";
  return padded.find(",cpu,") != std::string::npos;
}

}  // namespace

int affinity_cpus() {
  cpu_set_t* mask = CPU_ALLOC(kMaxCpus);
  if (mask == nullptr) return 1;
  const std::size_t bytes = CPU_ALLOC_SIZE(kMaxCpus);
  const bool known = ::sched_getaffinity(0, bytes, mask) == 0;
  const int count = known ? CPU_COUNT_S(bytes, mask) : 1;
  CPU_FREE(mask);
  return std::max(count, 1);
}

double cgroup_cpu_limit(const std::string& root) {
  std::ifstream groups(root + "/proc/self/cgroup");
  double least = kNoLimit;
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    if (first == std::string::npos) continue;
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers =
        line.substr(first + 1, second - first - 1);
    std::string path = line.substr(second + 1);
    if (path == "/") path.clear();
    const std::string mount = root + "/sys/fs/cgroup";
    if (controllers.empty()) {
      least = std::min(least, tightest(mount, path, limit_v2));
    } else if (names_cpu(controllers)) {
      least = std::min(least, tightest(mount + "/cpu", path, limit_v1));
    }
  }
  return std::isinf(least) ? 0 : least;
}

int default_procs(int cpus, double limit) {
  const int available = std::max(cpus, 1);
  if (limit <= 0) return available;
  constexpr int kQuotaFloor = 2;
  const double by_quota = std::max<double>(std::ceil(limit), kQuotaFloor);
  return by_quota < available ? static_cast<int>(by_quota) : available;
}

}  // namespace strata::os
