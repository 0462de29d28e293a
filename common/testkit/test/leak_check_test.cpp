/// @file
/// @brief Tests that a leak is noticed and that a tidy test is not accused.
#include "strata/testkit/leak_check.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "strata/testkit/catch.hpp"
#include "strata/testkit/eventually.hpp"
#include "strata/testkit/sanitizers.hpp"

using strata::testkit::count_resources;
using strata::testkit::eventually;
using strata::testkit::LeakCheck;

namespace {

// Long enough for nothing: these tests expect that waiting does not help.
constexpr std::chrono::milliseconds kShort{20};
constexpr std::size_t kMappingBytes = 1 << 20;

void* map_some() {
  return ::mmap(nullptr, kMappingBytes, PROT_NONE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

}  // namespace

TEST_CASE("leak check: doing nothing leaks nothing") {
  const LeakCheck check;
  REQUIRE(check.clean());
}

TEST_CASE("leak check: a file left open is noticed") {
  const LeakCheck check;
  const int fd = ::dup(STDOUT_FILENO);
  REQUIRE_FALSE(check.clean(kShort));
  ::close(fd);
  REQUIRE(check.clean());
}

TEST_CASE(
    "leak check: a running thread is noticed and an ended one is not") {
  const auto start_and_join = [](auto between) {
    std::atomic<bool> stop = false;
    std::thread other(
        [&stop] { stop.wait(false, std::memory_order_acquire); });
    between();
    stop.store(true, std::memory_order_release);
    stop.notify_all();
    other.join();
  };
  const auto alone = count_resources();
  start_and_join([] {});
  // The kernel lists a joined thread for a moment longer. ThreadSanitizer
  // starts a thread of its own with the first one.
  const std::size_t most =
      alone.threads + (strata::testkit::kThreadSanitizer ? 1 : 0);
  REQUIRE(eventually([&] { return count_resources().threads <= most; }));
  const LeakCheck check;
  start_and_join([&check] { REQUIRE_FALSE(check.clean(kShort)); });
  REQUIRE(check.clean());
}

TEST_CASE("leak check: a mapping is counted with its bytes") {
  const auto before = count_resources();
  void* mapping = map_some();
  const auto after = count_resources();
  ::munmap(mapping, kMappingBytes);
  REQUIRE(after.mapped_bytes >= before.mapped_bytes + kMappingBytes);
}

TEST_CASE("leak check: an allowance excuses what it names") {
  const LeakCheck check({.mappings = 8, .mapped_bytes = 4 * kMappingBytes});
  void* mapping = map_some();
  REQUIRE(check.clean(kShort));
  ::munmap(mapping, kMappingBytes);
}

TEST_CASE("leak check: the description names every kind") {
  const std::string text = LeakCheck().describe();
  for (const char* kind : {"threads", "files", "mappings", "bytes"}) {
    REQUIRE(text.find(kind) != std::string::npos);
  }
}
