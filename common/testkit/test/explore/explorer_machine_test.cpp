/// @file
/// @brief Tests virtual threads, futexes, time and per-thread state.

#include "strata/testkit/explorer.hpp"

#include "strata/base/atomic.hpp"
#include "strata/base/clock.hpp"
#include "strata/os/futex.hpp"
#include "strata/os/thread.hpp"
#include "strata/testkit/catch.hpp"

#include <cerrno>
#include <exception>
#include <set>
#include <stdexcept>

namespace strata::testkit {
namespace {

constexpr Exploration kAll{.search = Search::kBounded,
                           .preemptions_max = 3};

constexpr std::int64_t kMillisecond = 1'000'000;

// Sleeps on a word nobody wakes.
void sleep_ns(std::int64_t timeout_ns) {
  atomic<std::uint32_t> word{0};
  const std::int64_t deadline = now_ns() + timeout_ns;
  while (now_ns() < deadline) os::futex_wait(word, 0, deadline - now_ns());
}

void add_one(void* counter) {
  static_cast<atomic<int>*>(counter)->fetch_add(1,
                                                std::memory_order_relaxed);
}

}  // namespace

TEST_CASE("machine: threads that wait for each other deadlock (I-00.14)") {
  const Report report = explore({}, [](World& world) {
    atomic<std::uint32_t> a{0};
    atomic<std::uint32_t> b{0};
    world.name(a, "a");
    world.name(b, "b");
    world.thread("one", [&] {
      while (true) os::futex_wait(a, 0);
    });
    world.thread("two", [&] {
      while (true) os::futex_wait(b, 0);
    });
    world.run();
  });
  INFO(report.text());
  CHECK(report.verdict == Verdict::kDeadlock);
  CHECK(report.reason.find("one sleeps on a") != std::string::npos);
  CHECK(report.reason.find("two sleeps on b") != std::string::npos);
}

TEST_CASE("machine: a changed word under a sleeper is a lost wakeup") {
  const Report report = explore(kAll, [](World& world) {
    atomic<std::uint32_t> word{0};
    world.thread("sleeper", [&] { os::futex_wait(word, 0); });
    world.thread("forgetful",
                 [&] { word.store(1, std::memory_order_release); });
    world.run();
  });
  INFO(report.text());
  CHECK(report.verdict == Verdict::kLostWakeup);
  CHECK(report.reason.find("it is 1 now") != std::string::npos);
}

TEST_CASE("machine: wakes reach as many sleepers as asked (I-00.14)") {
  std::set<int> first_woken;
  const Report report = explore({.seeds = 300}, [&](World& world) {
    atomic<std::uint32_t> word{0};
    atomic<int> first{-1};
    for (int i = 0; i < 3; ++i) {
      world.thread("sleeper", [&, i] {
        if (os::futex_wait(word, 0) != os::FutexResult::kWoken) return;
        int nobody = -1;
        first.compare_exchange_strong(nobody, i, std::memory_order_relaxed,
                                      std::memory_order_relaxed);
      });
    }
    world.thread("waker", [&] {
      sleep_ns(1);
      os::futex_wake(word, 1);
      word.store(1, std::memory_order_release);
      os::futex_wake(word, 2);
    });
    world.run();
    first_woken.insert(first.load(std::memory_order_relaxed));
  });
  INFO(report.text());
  CHECK(report.passed());
  CHECK(first_woken == std::set<int>{0, 1, 2});
}

TEST_CASE("machine: time jumps to a deadline when all wait (I-00.15)") {
  const Report report = explore(kAll, [](World& world) {
    atomic<int> order{0};
    const std::int64_t start = now_ns();
    world.thread("late", [&] {
      sleep_ns(7 * kMillisecond);
      check(order.fetch_add(1, std::memory_order_relaxed) == 1, "second");
      check(now_ns() == start + 7 * kMillisecond, "at 7 ms");
    });
    world.thread("early", [&] {
      sleep_ns(3 * kMillisecond);
      check(order.fetch_add(1, std::memory_order_relaxed) == 0, "first");
      check(now_ns() == start + 3 * kMillisecond, "at 3 ms");
    });
    world.thread("busy", [&] {
      step("is ready");
      check(now_ns() == start, "time stands while a thread is ready");
    });
    world.run();
  });
  INFO(report.text());
  CHECK(report.passed());
  CHECK(report.complete);
}

TEST_CASE("machine: between two points a thread is alone (I-00.13)") {
  const Report report = explore({.seeds = 300}, [](World& world) {
    int inside = 0;
    int steps = 0;
    for (int i = 0; i < 3; ++i) {
      world.thread("lonely", [&] {
        for (int round = 0; round < 5; ++round) {
          step("goes on");
          check(++inside == 1, "nobody else runs");
          ++steps;
          check(--inside == 0, "nobody came in between");
        }
      });
    }
    world.run();
    check(steps == 15, "no step is lost");
  });
  INFO(report.text());
  CHECK(report.passed());
}

TEST_CASE("machine: an OS thread is virtual in an exploration") {
  const Report report = explore(kAll, [](World&) {
    atomic<int> counter{0};
    os::Thread threads[3];
    for (os::Thread& thread : threads) {
      check(thread.start(add_one, &counter, "adder") == 0, "it starts");
    }
    for (os::Thread& thread : threads) thread.join();
    check(counter.load(std::memory_order_relaxed) == 3, "all have added");
  });
  INFO(report.text());
  CHECK(report.passed());
  CHECK(report.complete);
  CHECK(report.schedules > 10);
}

TEST_CASE("machine: each virtual thread has its errno and its exceptions") {
  const Report report = explore({.seeds = 200}, [](World& world) {
    for (const int value : {EAGAIN, EINTR}) {
      world.thread("keeper", [value] {
        errno = value;
        try {
          throw value;
        } catch (int caught) {
          step("inside a handler");
          check(caught == value, "the exception caught is its own");
          try {
            throw;
          } catch (int again) {
            check(again == value, "and so is the one thrown again");
          }
        }
        check(std::uncaught_exceptions() == 0, "none is under way");
        check(errno == value, "errno is its own");
      });
    }
    world.run();
  });
  INFO(report.text());
  CHECK(report.passed());
}

TEST_CASE("machine: a registered thread-local is one per virtual thread") {
  static thread_local int t_value = 5;
  exploring::register_thread_local(&t_value, sizeof(t_value));
  const Report report = explore({.seeds = 200}, [](World& world) {
    for (int i = 0; i < 3; ++i) {
      world.thread("keeper", [i] {
        check(t_value == 5, "it begins as registered");
        t_value = i;
        step("others run");
        check(t_value == i, "it stays as set");
      });
    }
    t_value = 9;
    world.run();
    check(t_value == 9, "main has one of its own");
  });
  INFO(report.text());
  CHECK(report.passed());
  CHECK(t_value == 5);
}

TEST_CASE("machine: a world may run in several phases") {
  const Report report = explore(kAll, [](World& world) {
    atomic<int> counter{0};
    for (int phase = 1; phase <= 2; ++phase) {
      world.thread("one", [&] { add_one(&counter); });
      world.thread("two", [&] { add_one(&counter); });
      world.run();
      check(counter.load(std::memory_order_relaxed) == 2 * phase,
            "both ran");
    }
  });
  INFO(report.text());
  CHECK(report.passed());
  CHECK(report.complete);
}

TEST_CASE("machine: virtual threads have ids of their own") {
  const Report report = explore({.seeds = 10}, [](World& world) {
    int ids[3] = {os::thread_id(), 0, 0};
    world.thread("one", [&] { ids[1] = os::thread_id(); });
    world.thread("two", [&] { ids[2] = os::thread_id(); });
    world.run();
    check(std::set<int>(ids, ids + 3).size() == 3, "all differ");
  });
  CHECK(report.passed());
}

TEST_CASE("machine: a weak exchange and a futex may fail for no reason") {
  bool failed = false;
  bool woke = false;
  const Report report = explore({.seeds = 1000}, [&](World&) {
    atomic<std::uint32_t> word{0};
    std::uint32_t zero = 0;
    failed |= !word.compare_exchange_weak(
        zero, 0, std::memory_order_relaxed, std::memory_order_relaxed);
    woke |= os::futex_wait(word, 0, 1) == os::FutexResult::kWoken;
  });
  CHECK(report.passed());
  CHECK(failed);
  CHECK(woke);
}

}  // namespace strata::testkit
