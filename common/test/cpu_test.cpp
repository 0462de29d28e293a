/// @file
/// @brief Tests how much processor this process finds it may use.
#include "strata/os/cpu.hpp"

#include <sched.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "strata/testkit/catch.hpp"

namespace strata::os {
namespace {

// A folder that looks like the root of a system, removed at the end.
class FakeRoot {
 public:
  FakeRoot() {
    std::string pattern =
        std::filesystem::temp_directory_path() / "strata-cpu-XXXXXX";
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~FakeRoot() { std::filesystem::remove_all(path_); }
  FakeRoot(const FakeRoot&) = delete;
  FakeRoot& operator=(const FakeRoot&) = delete;

  void write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = path_ + name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  [[nodiscard]] double limit() const { return cgroup_cpu_limit(path_); }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("cpu: the affinity mask is counted") {
  cpu_set_t mask;
  REQUIRE(sched_getaffinity(0, sizeof mask, &mask) == 0);
  CHECK(affinity_cpus() == CPU_COUNT(&mask));
}

TEST_CASE("cpu: a smaller affinity mask counts fewer") {
  cpu_set_t before;
  REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
  int first = 0;
  while (!CPU_ISSET(first, &before)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
  const int counted = affinity_cpus();
  REQUIRE(sched_setaffinity(0, sizeof before, &before) == 0);
  CHECK(counted == 1);
}

TEST_CASE("cpu: without files there is no limit") {
  const FakeRoot root;
  CHECK(root.limit() == 0);
}

TEST_CASE("cpu: version 2 limits by quota over period") {
  const FakeRoot root;
  root.write("/proc/self/cgroup", "0::/app\n");
  root.write("/sys/fs/cgroup/app/cpu.max", "150000 100000\n");
  CHECK(root.limit() == Approx(1.5));
}

TEST_CASE("cpu: version 2 without a quota says max") {
  const FakeRoot root;
  root.write("/proc/self/cgroup", "0::/app\n");
  root.write("/sys/fs/cgroup/app/cpu.max", "max 100000\n");
  CHECK(root.limit() == 0);
}

TEST_CASE("cpu: the tightest of a group and its ancestors counts") {
  const FakeRoot root;
  root.write("/proc/self/cgroup", "0::/slice/app\n");
  root.write("/sys/fs/cgroup/slice/app/cpu.max", "400000 100000\n");
  root.write("/sys/fs/cgroup/slice/cpu.max", "300000 100000\n");
  CHECK(root.limit() == Approx(3));
  root.write("/sys/fs/cgroup/slice/app/cpu.max", "50000 100000\n");
  CHECK(root.limit() == Approx(0.5));
}

TEST_CASE("cpu: the root group of a container has a limit, too") {
  const FakeRoot root;
  root.write("/proc/self/cgroup", "0::/\n");
  root.write("/sys/fs/cgroup/cpu.max", "200000 100000\n");
  CHECK(root.limit() == Approx(2));
}

TEST_CASE("cpu: a path outside of what is mounted only ends the search") {
  const FakeRoot root;
  root.write("/proc/self/cgroup", "0::/host/somewhere/else\n");
  root.write("/sys/fs/cgroup/cpu.max", "200000 100000\n");
  CHECK(root.limit() == Approx(2));
}

TEST_CASE("cpu: version 1 keeps quota and period in two files") {
  const FakeRoot root;
  root.write("/proc/self/cgroup",
             "5:memory:/app\n3:cpu,cpuacct:/app\n2:cpuset:/other\n");
  root.write("/sys/fs/cgroup/cpu/app/cpu.cfs_quota_us", "250000\n");
  root.write("/sys/fs/cgroup/cpu/app/cpu.cfs_period_us", "100000\n");
  CHECK(root.limit() == Approx(2.5));
}

TEST_CASE("cpu: a negative quota of version 1 is none") {
  const FakeRoot root;
  root.write("/proc/self/cgroup", "3:cpu,cpuacct:/\n");
  root.write("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  root.write("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  CHECK(root.limit() == 0);
}

TEST_CASE("cpu: files that make no sense are no limit") {
  for (const char* text : {"", "x y\n", "100000\n", "0 100000\n",
                           "100000 0\n", "-5 100000\n"}) {
    const FakeRoot root;
    root.write("/proc/self/cgroup", "0::/app\nnonsense\n::\n");
    root.write("/sys/fs/cgroup/app/cpu.max", text);
    INFO(text);
    CHECK(root.limit() == 0);
  }
}

TEST_CASE("cpu: default_procs heeds both limits, the quota not below 2") {
  CHECK(default_procs(8, 0) == 8);
  CHECK(default_procs(8, 3.0) == 3);
  CHECK(default_procs(8, 3.2) == 4);
  CHECK(default_procs(8, 0.5) == 2);
  CHECK(default_procs(8, 100.0) == 8);
  CHECK(default_procs(1, 0.5) == 1);
  CHECK(default_procs(1, 4.0) == 1);
  CHECK(default_procs(0, 0) == 1);
}

}  // namespace strata::os
