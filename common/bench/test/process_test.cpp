/// @file
/// @brief Tests the process clocks and the memory figures.
#include "strata/bench/process.hpp"

#include "strata/bench/keep.hpp"

#include "strata/testkit/catch.hpp"
#include "strata/testkit/sanitizers.hpp"

#include <cstddef>
#include <vector>

namespace strata::bench {

TEST_CASE("process: both clocks run while the processor works") {
  const std::int64_t wall = wall_ns();
  const std::int64_t cpu = process_cpu_ns();
  while (wall_ns() - wall < 1'000'000) {
  }
  CHECK(process_cpu_ns() > cpu);
}

TEST_CASE("process: memory that is touched is counted per operation") {
  constexpr std::size_t kBytes = std::size_t{32} << 20;
  const MemoryUse before = memory_use();
  const std::vector<std::byte> touched(kBytes, std::byte{1});
  keep(touched.data());
  Loop loop(1024);
  report_memory_each(loop, before);
  REQUIRE(loop.metrics().size() == 3);
  CHECK(loop.metrics()[0].name == "memory");
  CHECK(loop.metrics()[0].value > kBytes / 1024.0 * 0.9);
  // Shadow memory counts, too.
  const double most = testkit::kSanitized ? 8 : 2;
  CHECK(loop.metrics()[0].value < kBytes / 1024.0 * most);
  CHECK(before.mappings > 0);
}

}  // namespace strata::bench
