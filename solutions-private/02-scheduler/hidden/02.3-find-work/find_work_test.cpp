/// @file
/// @brief Tests where work is looked for, with other numbers of Ps.
// strata-private-77ec1ca7464f3f98
#include "../support/runs.hpp"

namespace {

using namespace strata;              // NOLINT: the layer under test
using namespace strata::sched;       // NOLINT: the layer under test
using namespace strata::sched::lab;  // NOLINT: the tests' own

}  // namespace

TEST_CASE("find: one of three Ps is kept, the others share its queue") {
  constexpr int kCount = 300;
  bool all_ran = true;
  run_on(3, [&] {
    for (int round = 0; round < 5 && all_ran; ++round) {
      atomic<int> ran{0};
      for (int i = 0; i < kCount; ++i) {
        go([&] { ran.fetch_add(1, std::memory_order_release); });
      }
      all_ran = comes_true_elsewhere(
          [&] { return ran.load(std::memory_order_acquire) == kCount; });
      while (ran.load(std::memory_order_acquire) < kCount) yield();
    }
  });
  CHECK(all_ran);
}

TEST_CASE("find: every goroutine that a thief brings runs once") {
  constexpr int kCount = 200;  // the ring holds them: only thieves get some
  bool some_elsewhere = true;
  for (int round = 0; round < 10 && some_elsewhere; ++round) {
    std::vector<int> runs(kCount, 0);
    run_on(4, [&] {
      atomic<int> left{kCount};
      for (int i = 0; i < kCount; ++i) {
        go([&, i] {
          ++runs[static_cast<std::size_t>(i)];
          left.fetch_sub(1, std::memory_order_release);
        });
      }
      some_elsewhere = comes_true_elsewhere(
          [&] { return left.load(std::memory_order_acquire) < kCount; });
      while (left.load(std::memory_order_acquire) != 0) yield();
    });
    REQUIRE(runs == std::vector<int>(kCount, 1));
  }
  CHECK(some_elsewhere);
}
