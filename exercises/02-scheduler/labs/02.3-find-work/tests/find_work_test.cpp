/// @file
/// @brief Tests where work is looked for, seen from outside.
#include "../support/runs.hpp"

namespace {

using namespace strata;              // NOLINT: the layer under test
using namespace strata::sched;       // NOLINT: the layer under test
using namespace strata::sched::lab;  // NOLINT: the tests' own

atomic<int> g_attended{0};
void attend(P&) { g_attended.fetch_add(1, std::memory_order_relaxed); }
constexpr Layer kCounting = {
    .name = "counting", .number = 3, .attend = &attend};

}  // namespace

TEST_CASE("find: what waits behind a busy P runs on another one") {
  bool ran_elsewhere = true;
  run_on(2, [&] {
    for (int round = 0; round < 20 && ran_elsewhere; ++round) {
      atomic<bool> ran{false};
      go([&] { ran.store(true, std::memory_order_release); });
      ran_elsewhere = comes_true_elsewhere(
          [&] { return ran.load(std::memory_order_acquire); });
      while (!ran.load(std::memory_order_acquire)) yield();
    }
  });
  INFO("a goroutine was ready, a P was idle, and the other P was kept");
  CHECK(ran_elsewhere);
}

TEST_CASE("find: a busy P's whole queue is run by a thief") {
  constexpr int kCount = 100;
  bool all_ran = false;
  Recorder recorder;
  run_on(2, [&] {
    atomic<int> ran{0};
    for (int i = 0; i < kCount; ++i) {
      go([&] { ran.fetch_add(1, std::memory_order_release); });
    }
    all_ran = comes_true_elsewhere(
        [&] { return ran.load(std::memory_order_acquire) == kCount; });
    while (ran.load(std::memory_order_acquire) < kCount) yield();
  });
  recorder.stop();
  CHECK(all_ran);
  const std::vector<TraceEvent> steals = recorder.of(TraceKind::kSteal);
  REQUIRE_FALSE(steals.empty());
  for (const TraceEvent& steal : steals) {
    INFO("P " << steal.p << " steals from P " << steal.other);
    CHECK(steal.other < 2);
    CHECK(static_cast<std::uint64_t>(steal.p) != steal.other);
  }
}

TEST_CASE("find: work spreads until every P has some") {
  constexpr int kProcs = 4;
  bool met = false;
  run_on(kProcs, [&] {
    atomic<int> here{1};
    atomic<int> left{kProcs - 1};
    const auto all_here = [&] {
      return here.load(std::memory_order_acquire) == kProcs;
    };
    for (int i = 1; i < kProcs; ++i) {
      go([&] {
        here.fetch_add(1, std::memory_order_release);
        (void)comes_true_elsewhere(all_here);
        left.fetch_sub(1, std::memory_order_release);
      });
    }
    met = comes_true_elsewhere(all_here);
    while (left.load(std::memory_order_acquire) != 0) yield();
  });
  INFO(
      "as many goroutines as Ps, and each keeps its P until all are there");
  CHECK(met);
}

TEST_CASE("find: the own queue comes before the global one") {
  constexpr int kRounds = 30;
  int own_first = 0;
  run_on(1, [&] {
    for (int round = 0; round < kRounds; ++round) {
      int ran = 0;
      for (int i = 0; i < 3; ++i) go([&] { ++ran; });
      yield();  // main is in the global queue now
      if (ran == 3) ++own_first;
      while (ran < 3) yield();
    }
  });
  INFO(
      "rounds in which the three in the own queue ran first; now and then "
      "the global queue may have its turn");
  CHECK(own_first >= kRounds - 5);
}

TEST_CASE("find: attention comes before any goroutine (I-02.11)") {
  int attended_before = -1;
  const auto look = [&] {
    if (attended_before >= 0) return;
    attended_before = g_attended.load(std::memory_order_relaxed);
  };
  g_attended.store(0, std::memory_order_relaxed);
  run_on(1,
         [&] {
           int left = 2;
           go([&] {  // runs second
             look();
             --left;
           });
           go([&] {  // runs first, and ends with a bit raised
             raise_and_wake(*current_m()->p, kCounting);
             --left;
           });
           yield();
           look();
           while (left > 0) yield();
         },
         {&kCounting});
  INFO("how often the bit was served when the next goroutine ran");
  CHECK(attended_before == 1);
}
