/// @file
/// @brief Mixes everything goroutines can do, at random, on real threads.
#include <ctime>
#include <iostream>
#include <memory>
#include <vector>

#include "../support.hpp"
#include "strata/base/clock.hpp"
#include "strata/base/rng.hpp"
#include "strata/sched/schedule.hpp"
#include "strata/testkit/catch.hpp"

namespace strata::sched {
namespace {

constexpr std::int64_t kNsPerTest = 600'000'000;
// Goroutines alive at most, so that TSan's limit is never near.
constexpr int kAliveMax = 500;

// What all goroutines of one test share.
struct Mix {
  explicit Mix(std::int64_t end) : end_ns(end) {}
  const std::int64_t end_ns;
  atomic<int> alive{0};
  atomic<std::uint64_t> started{0};
  atomic<std::uint64_t> ended{0};
  atomic<int> wrong{0};

  bool over() const { return now_ns() >= end_ns; }
};

void wander(Mix& mix, std::uint64_t seed);

void start_another(Mix& mix, Rng& rng) {
  if (mix.alive.load(std::memory_order_relaxed) >= kAliveMax) return;
  mix.alive.fetch_add(1, std::memory_order_relaxed);
  mix.started.fetch_add(1, std::memory_order_relaxed);
  const std::uint64_t seed = rng.next64();
  // Three sizes of stack, closures with and without a destructor.
  switch (rng.below(4)) {
    case 0:
      return go({.stack_bytes = 16 * 1024},
                [&mix, seed] { wander(mix, seed); });
    case 1:
      return go({.stack_bytes = 256 * 1024, .name = "large"},
                [&mix, seed] { wander(mix, seed); });
    default:
      return go([&mix, owned = std::make_unique<std::uint64_t>(seed)] {
        wander(mix, *owned);
      });
  }
}

void throw_and_yield(Mix& mix, int number) {
  try {
    throw number;
  } catch (int caught) {
    yield();
    if (caught != number) mix.wrong.fetch_add(1, std::memory_order_relaxed);
  }
}

// Does a few random things and ends.
void wander(Mix& mix, std::uint64_t seed) {
  Rng rng(seed);
  const std::uint64_t id = current_g()->id;
  for (std::uint32_t left = rng.below(20); left > 0 && !mix.over();
       --left) {
    switch (rng.below(16)) {
      case 0:
      case 1:
      case 2:
        start_another(mix, rng);
        break;
      case 3:
        throw_and_yield(mix, static_cast<int>(left));
        break;
      case 4:
        for (std::uint32_t i = rng.below(200); i > 0; --i) cpu_relax();
        break;
      case 5:
        if (rng.below(50) == 0) {
          max_procs(1 + static_cast<int>(rng.below(5)));
        }
        break;
      default:
        yield();
    }
    if (current_g()->id != id) {
      mix.wrong.fetch_add(1, std::memory_order_relaxed);
    }
  }
  mix.ended.fetch_add(1, std::memory_order_relaxed);
  mix.alive.fetch_sub(1, std::memory_order_release);
}

void run_mix(int procs) {
  const std::uint64_t seed =
      test::test_seed(static_cast<std::uint64_t>(now_ns()) ^
                      static_cast<std::uint64_t>(std::time(nullptr)) << 20);
  std::cout << "mix on " << procs << " Ps: STRATA_SEED=" << seed
            << std::endl;
  std::uint64_t started = 0;
  std::uint64_t ended = 0;
  int wrong = 0;
  std::int64_t left_over = 0;
  test::run_on(procs, [&] {
    Mix mix(now_ns() + kNsPerTest);
    Rng rng(seed);
    while (!mix.over()) {
      start_another(mix, rng);
      yield();
    }
    while (mix.alive.load(std::memory_order_acquire) != 0) yield();
    while (num_goroutine() > 1) yield();
    started = mix.started.load(std::memory_order_relaxed);
    ended = mix.ended.load(std::memory_order_relaxed);
    wrong = mix.wrong.load(std::memory_order_relaxed);
    left_over = num_goroutine() - 1;
  });
  CHECK(started > 100);
  CHECK(started == ended);
  CHECK(wrong == 0);
  CHECK(left_over == 0);
}

}  // namespace

TEST_CASE("stress: a random mix on 1 P loses nothing") { run_mix(1); }
TEST_CASE("stress: a random mix on 2 Ps loses nothing") { run_mix(2); }
TEST_CASE("stress: a random mix on 4 Ps loses nothing") { run_mix(4); }

TEST_CASE("stress: short runs on 3 Ps end whatever is under way") {
  const std::int64_t end_ns = now_ns() + kNsPerTest;
  while (now_ns() < end_ns) {
    const std::int64_t until_ns = now_ns() + 2'000'000;
    REQUIRE(test::run_on(3, [until_ns] {
              for (int i = 0; i < 10; ++i) {
                go([] {
                  for (;;) {
                    go([] { yield(); });
                    yield();
                  }
                });
              }
              while (now_ns() < until_ns &&
                     num_goroutine() < test::kManyGoroutines / 2) {
                yield();
              }
              return 4;
            }) == 4);
  }
}

}  // namespace strata::sched
