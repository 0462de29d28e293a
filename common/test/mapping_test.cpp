/// @file
/// @brief Tests os/mapping: reserved space, guards, memory given back.
#include "strata/os/mapping.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "strata/testkit/catch.hpp"
#include "strata/testkit/sanitizers.hpp"

namespace {

using strata::os::Mapping;
using strata::os::Range;

constexpr std::size_t kMiB = 1024 * 1024;

Mapping reserve(std::size_t bytes) {
  int error = -1;
  Mapping mapping = Mapping::reserve(bytes, error);
  REQUIRE(error == 0);
  REQUIRE(mapping);
  return mapping;
}

// Does writing one byte there kill a process?
bool write_is_fatal(std::byte* address) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // A sanitizer's handler would report what is wanted here.
    signal(SIGSEGV, SIG_DFL);
    *const_cast<volatile std::byte*>(address) = std::byte{1};
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

}  // namespace

TEST_CASE("mapping: reserved space reads as zero and goes away") {
  const std::size_t before = strata::os::mapping_count();
  {
    Mapping mapping = reserve(64 * kMiB);
    CHECK(mapping.bytes() == 64 * kMiB);
    CHECK(mapping.data()[0] == std::byte{0});
    CHECK(mapping.data()[64 * kMiB - 1] == std::byte{0});
    Mapping moved = std::move(mapping);
    CHECK_FALSE(mapping);  // NOLINT(bugprone-use-after-move)
    CHECK(moved.bytes() == 64 * kMiB);
  }
  // A sanitizer maps shadow memory for what was touched.
  if (strata::testkit::kSanitized) return;
  CHECK(strata::os::mapping_count() <= before + 1);
}

TEST_CASE("mapping: a refusal carries the system's reason") {
  int error = 0;
  const Mapping mapping = Mapping::reserve(std::size_t{1} << 60, error);
  CHECK_FALSE(mapping);
  CHECK(error == ENOMEM);
}

TEST_CASE("mapping: a page taken away from access kills who touches it") {
  Mapping mapping = reserve(16 * strata::os::page_bytes());
  const std::size_t page = strata::os::page_bytes();
  REQUIRE(strata::os::protect_from_access({mapping.data(), page}) == 0);
  CHECK(write_is_fatal(mapping.data()));
  CHECK_FALSE(write_is_fatal(mapping.data() + page));
}

TEST_CASE("mapping: a guard marker survives memory being given back") {
  const std::size_t page = strata::os::page_bytes();
  Mapping mapping = reserve(16 * page);
  const Range guard{mapping.data(), 4 * page};
  if (strata::os::install_guard_markers({&guard, 1}) == EINVAL) {
    WARN("this kernel has no guard markers; nothing to test");
    return;
  }
  mapping.data()[5 * page] = std::byte{7};
  const Range all{mapping.data(), mapping.bytes()};
  REQUIRE(strata::os::give_back({&all, 1}) == 0);
  CHECK(mapping.data()[5 * page] == std::byte{0});
  CHECK(write_is_fatal(mapping.data()));
  CHECK(write_is_fatal(mapping.data() + 4 * page - 1));
  CHECK_FALSE(write_is_fatal(mapping.data() + 4 * page));
}

TEST_CASE("mapping: many guards per system call split no mapping") {
  const std::size_t page = strata::os::page_bytes();
  constexpr std::size_t kGuards = 200;
  Mapping mapping = reserve(kGuards * 2 * page);
  std::vector<Range> guards;
  for (std::size_t i = 0; i < kGuards; ++i) {
    guards.push_back({mapping.data() + i * 2 * page, page});
  }
  const std::size_t before = strata::os::mapping_count();
  if (strata::os::install_guard_markers_batched(guards) != 0) {
    WARN("this kernel takes no batches of guards; nothing to test");
    return;
  }
  CHECK(strata::os::mapping_count() <= before + 2);
  CHECK(write_is_fatal(guards.front().start));
  CHECK(write_is_fatal(guards.back().start));
  CHECK_FALSE(write_is_fatal(guards.back().start + page));
}

TEST_CASE("mapping: memory given back is no longer resident") {
  const std::size_t page = strata::os::page_bytes();
  Mapping mapping = reserve(32 * kMiB);
  std::memset(mapping.data(), 1, mapping.bytes());
  const std::size_t full = strata::os::resident_bytes();
  std::vector<Range> halves;
  for (std::size_t at = 0; at < mapping.bytes(); at += 2 * page) {
    halves.push_back({mapping.data() + at, page});
  }
  REQUIRE(strata::os::give_back(halves) == 0);
  const std::size_t half = strata::os::resident_bytes();
  CHECK(full - half > 12 * kMiB);
  CHECK(mapping.data()[0] == std::byte{0});
  CHECK(mapping.data()[page] == std::byte{1});
}

TEST_CASE("mapping: the limits of the system can be read") {
  CHECK(strata::os::mapping_count_max() >= 1024);
  CHECK(strata::os::mapping_count() > 3);
  CHECK(strata::os::page_table_bytes() > 0);
}
