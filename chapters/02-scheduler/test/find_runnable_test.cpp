/// @file
/// @brief Tests the order in which work is found, seen through trace
/// events.
#include <algorithm>
#include <array>
#include <vector>

#include "scheduler.hpp"
#include "strata/os/thread.hpp"
#include "strata/testkit/catch.hpp"
#include "support.hpp"
#include "trace_recorder.hpp"

namespace strata::sched {
namespace {

using test::Pending;
using test::TraceRecorder;

}  // namespace

TEST_CASE(
    "find_runnable: a busy local queue does not starve the global one") {
  constexpr int kFarTooMany = 10'000;
  int most = 0;
  test::run_on(1, [&] {
    for (int round = 0; round < 20; ++round) {
      int steps = 0;
      bool stop = false;
      // Each link leaves its successor in the ring and an idle goroutine in
      // front of it: the ring never runs empty.
      struct Link {
        int* steps;
        bool* stop;
        void operator()() const {
          if (*stop || ++*steps >= kFarTooMany) return;
          go(*this);
          go([] {});
        }
      };
      go(Link{&steps, &stop});
      yield();  // into the global queue
      most = std::max(most, steps);
      stop = true;
      while (num_goroutine() > 1) yield();
    }
  });
  CHECK(most > 1);
  CHECK(most <= 62);
}

namespace {

// Starts its own successor, which runs next: nobody else has a turn unless
// the scheduler ends the slice that they share.
struct Chain {
  static constexpr int kFarTooMany = 100'000;
  int* links;
  bool* stop;
  void operator()() const {
    if (!*stop && ++*links < kFarTooMany) go(*this);
  }
};

}  // namespace

TEST_CASE(
    "find_runnable: a chain of new goroutines does not starve the ring") {
  int links = 0;
  int links_before = -1;
  test::run_on(1, [&] {
    bool stop = false;
    go([&] { links_before = links; });  // into the ring, by the next line
    go(Chain{&links, &stop});
    while (links_before < 0) yield();
    stop = true;
    while (num_goroutine() > 1) yield();
  });
  CHECK(links_before >= 1);
  CHECK(links_before <= 62);
}

TEST_CASE("find_runnable: nor does it starve the global queue") {
  int most = 0;
  test::run_on(1, [&] {
    for (int round = 0; round < 20; ++round) {
      int links = 0;
      bool stop = false;
      go(Chain{&links, &stop});
      yield();  // into the global queue
      most = std::max(most, links);
      stop = true;
      while (num_goroutine() > 1) yield();
    }
  });
  CHECK(most > 1);
  CHECK(most <= 62 * 62);
}

TEST_CASE("yield: steals what waits behind one that does not yield") {
  // A keeps P 1 until all that it started has run; only main can run it.
  for (const int started : {1, 2, 10}) {
    atomic<int> ran{0};
    test::run_on(2, [&] {
      atomic<bool> begun{false};
      Pending pending(1);
      go([&] {
        begun.store(true, std::memory_order_release);
        for (int i = 0; i < started; ++i) {
          go([&] { ran.fetch_add(1, std::memory_order_release); });
        }
        while (ran.load(std::memory_order_acquire) < started) {
          os::yield_thread();
        }
        pending.done();
      });
      while (!begun.load(std::memory_order_acquire)) os::yield_thread();
      pending.wait();
    });
    CHECK(ran.load(std::memory_order_relaxed) == started);
  }
}

TEST_CASE("find_runnable: a goroutine that is not run here is stolen") {
  TraceRecorder recorder;
  test::run_on(2, [&] {
    for (int round = 0; round < 20; ++round) {
      atomic<bool> ran{false};
      go([&] { ran.store(true, std::memory_order_release); });
      // This P is kept; only another one can run the new goroutine.
      while (!ran.load(std::memory_order_acquire)) os::yield_thread();
    }
  });
  recorder.stop();
  CHECK(recorder.count(TraceKind::kSteal) >= 20);
  for (const TraceEvent& event : recorder.of(TraceKind::kSteal)) {
    REQUIRE(event.p >= 0);
    REQUIRE(event.other <= 1);
    REQUIRE(static_cast<std::uint64_t>(event.p) != event.other);
  }
}

TEST_CASE("find_runnable: the queue of a busy P is run by another one") {
  constexpr int kCount = 100;
  TraceRecorder recorder;
  test::run_on(2, [&] {
    atomic<int> ran{0};
    for (int i = 0; i < kCount; ++i) {
      go([&] { ran.fetch_add(1, std::memory_order_release); });
    }
    // This P is kept until the other one has done everything.
    while (ran.load(std::memory_order_acquire) < kCount) os::yield_thread();
  });
  recorder.stop();
  std::array<int, 2> started{};
  for (const TraceEvent& event : recorder.of(TraceKind::kGoStart)) {
    ++started[static_cast<std::size_t>(event.p)];
  }
  CHECK(started[0] == 1);  // main
  CHECK(started[1] == kCount);
  CHECK(recorder.count(TraceKind::kSteal) > 0);
}

TEST_CASE(
    "find_runnable: more goroutines than slots overflow and all run") {
  constexpr int kCount = 4 * static_cast<int>(kRunQueueSlots);
  TraceRecorder recorder;
  std::vector<int> runs(kCount, 0);
  test::run_on(1, [&] {
    Pending pending(kCount);
    for (int i = 0; i < kCount; ++i) {
      go([&, i] {
        ++runs[static_cast<std::size_t>(i)];
        pending.done();
      });
    }
    pending.wait();
  });
  recorder.stop();
  CHECK(runs == std::vector<int>(kCount, 1));
  REQUIRE(recorder.count(TraceKind::kOverflow) > 0);
  for (const TraceEvent& event : recorder.of(TraceKind::kOverflow)) {
    CHECK(event.other == kRunQueueSlots / 2);
  }
  CHECK(recorder.count(TraceKind::kGlobalTake) > 0);
}

TEST_CASE(
    "find_runnable: each goroutine is created, started and ended once") {
  constexpr int kCount = 50;
  TraceRecorder recorder;
  test::run_on(2, [&] {
    Pending pending(kCount);
    for (int i = 0; i < kCount; ++i) {
      go([&] {
        yield();
        pending.done();
      });
    }
    pending.wait();
    while (num_goroutine() > 1) yield();
  });
  recorder.stop();
  CHECK(recorder.count(TraceKind::kGoCreate) == kCount + 1);
  CHECK(recorder.count(TraceKind::kGoEnd) == kCount + 1);
  const auto starts = recorder.of(TraceKind::kGoStart);
  const auto yields = recorder.of(TraceKind::kGoYield);
  for (const TraceEvent& end : recorder.of(TraceKind::kGoEnd)) {
    const auto is_this = [&end](const TraceEvent& event) {
      return event.g == end.g;
    };
    CHECK(std::ranges::count_if(starts, is_this) ==
          std::ranges::count_if(yields, is_this) + 1);
  }
}

}  // namespace strata::sched
