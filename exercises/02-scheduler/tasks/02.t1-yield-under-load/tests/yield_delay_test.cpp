/// @file
/// @brief Tests the measurement: who had turns meanwhile, that it ends, and
///        that load is felt.
#include "yield_delay.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "spin.hpp"
#include "strata/sched/sched.hpp"
#include "strata/testkit/catch.hpp"

namespace strata::lab {
namespace {

constexpr int kTries = 40;
// Few, so that a try is over before the system takes the processor away.
constexpr int kYieldsPerTry = 2;
constexpr std::int64_t kBurnNs = 100'000;

// Runs a test's body on one P; its checks are made outside, afterwards.
template <class Body>
void on_one_p(const Body& body) {
  sched::run({}, [&body] {
    max_procs(1);
    body();
  });
}

// What a measurement left behind.
struct Seen {
  Delay delay;
  std::int64_t burns = 0;
  std::int64_t burns_later = 0;
  std::int64_t alive_later = 0;
};

// A goroutine that has done its last work still needs a moment to end.
void let_others_end() {
  const std::int64_t limit_ns = now_ns() + 500'000'000;
  while (num_goroutine() > 1 && now_ns() < limit_ns) yield();
}

// Measures with burners that count their portions.
Seen measure_counting(int burners, int yields, int procs) {
  Seen seen;
  atomic<std::int64_t> burns{0};
  sched::run({}, [&] {
    max_procs(procs);
    seen.delay = measure_yield(burners, yields, [&burns] {
      // relaxed: read after they have ended.
      burns.fetch_add(1, std::memory_order_relaxed);
    });
    seen.burns = burns.load(std::memory_order_relaxed);
    let_others_end();
    seen.burns_later = burns.load(std::memory_order_relaxed);
    seen.alive_later = num_goroutine();
  });
  return seen;
}

// The least of several tries: noise only ever adds.
Delay least_delay(int burners) {
  Delay least{.alone_ns = std::numeric_limits<double>::max(),
              .loaded_ns = std::numeric_limits<double>::max()};
  on_one_p([&] {
    for (int i = 0; i < kTries; ++i) {
      const Delay one =
          measure_yield(burners, kYieldsPerTry, [] { spin_ns(kBurnNs); });
      least.alone_ns = std::min(least.alone_ns, one.alone_ns);
      least.loaded_ns = std::min(least.loaded_ns, one.loaded_ns);
    }
  });
  return least;
}

}  // namespace

TEST_CASE("yield_delay: both cases are timed") {
  const Seen seen = measure_counting(2, 100, 1);
  CHECK(seen.delay.alone_ns > 0);
  CHECK(seen.delay.loaded_ns > 0);
}

TEST_CASE("yield_delay: every burner has a turn at every yield") {
  for (const int burners : {1, 3, 7}) {
    constexpr int kYields = 200;
    INFO(burners << " burners on one P, " << kYields << " timed yields");
    const Seen seen = measure_counting(burners, kYields, 1);
    CHECK(seen.burns >= burners * (kYields - 1));
    INFO("only the yields under load give turns to burners");
    CHECK(seen.burns <= burners * (kYields + 20));
  }
}

TEST_CASE("yield_delay: all burners have ended when it returns") {
  for (const int procs : {1, 2, 4}) {
    INFO(procs << " Ps");
    const Seen seen = measure_counting(5, 100, procs);
    REQUIRE(seen.burns > 0);
    INFO("burns when it returned, and a while later");
    REQUIRE(seen.burns == seen.burns_later);
    INFO("goroutines left, main included");
    REQUIRE(seen.alive_later == 1);
  }
}

TEST_CASE("yield_delay: without burners load is no load") {
  const Seen seen = measure_counting(0, 1'000, 1);
  CHECK(seen.burns == 0);
  CHECK(seen.delay.alone_ns > 0);
  CHECK(seen.delay.loaded_ns > 0);
}

TEST_CASE("yield_delay: a yield lasts as long as everybody's turn") {
  const Delay delay = least_delay(4);
  INFO("4 burners compute " << kBurnNs << " ns each and yield");
  CHECK(delay.loaded_ns >= 3.5 * kBurnNs);
  INFO("with nobody else to run a yield only looks");
  CHECK(delay.alone_ns > 0);
  CHECK(delay.alone_ns < delay.loaded_ns / 10);
}

TEST_CASE("yield_delay: twice the burners, about twice the delay") {
  const Delay few = least_delay(3);
  const Delay many = least_delay(6);
  INFO(few.loaded_ns << " ns beside 3, " << many.loaded_ns
                     << " ns beside 6");
  REQUIRE(few.loaded_ns > 0);
  CHECK(many.loaded_ns > 1.5 * few.loaded_ns);
  CHECK(many.loaded_ns < 3 * few.loaded_ns);
}

}  // namespace strata::lab
