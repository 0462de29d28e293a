/// @file
/// @brief Finds out how much processor this process may use.
///
/// Story
///   Three limits can apply: the CPUs of the machine, the affinity mask
///   (cpuset, taskset), and the bandwidth quota of the control group, which
///   allows more CPUs but only so much time on them. A runtime that starts
///   a thread per CPU of a big host inside a small container is throttled
///   for most of each period, so the default number of Ps heeds all three.
///
/// Source
///   Go runtime/cgroup_linux.go, runtime/proc.go: defaultGOMAXPROCS
///   (Go 1.25). Linux Documentation/admin-guide/cgroup-v2.rst (cpu.max),
///   cgroup-v1 cpu.
#pragma once

#include <string>

namespace strata::os {

/// Counts the CPUs the affinity mask allows. @return at least 1.
[[nodiscard]] int affinity_cpus();

/// Reads the CPU bandwidth limit of this process's control group, v1 or v2,
/// the tightest of the group and its ancestors.
/// @param root prefix of all files read, empty in production, a folder with
///        sample files in tests.
/// @return CPUs worth of time per period, 0 when there is no limit.
[[nodiscard]] double cgroup_cpu_limit(const std::string& root = "");

/// Derives the default number of Ps from both limits: the affinity count,
/// but not more than the quota rounded up, where a quota never pushes it
/// below 2.
/// @param cpus from `affinity_cpus`. @param limit from `cgroup_cpu_limit`.
/// @return at least 1.
/// @goname{defaultGOMAXPROCS, proc.go}
[[nodiscard]] int default_procs(int cpus, double limit);

}  // namespace strata::os
