/// @file
/// @brief Proves the explorer: the classical lost wakeup is found, the
///        correct version survives, and a report can be replayed.

#include "strata/testkit/explorer.hpp"

#include "strata/base/atomic.hpp"
#include "strata/os/futex.hpp"
#include "strata/testkit/catch.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <set>
#include <stdexcept>

namespace strata::testkit {
namespace {

// One thread waits until the other has set a flag. `word` counts the
// settings, so that a waiter can tell whether it missed one.
struct Mailbox {
  atomic<std::uint32_t> flag{0};
  atomic<std::uint32_t> word{0};

  void send() {
    // [MO:test-mailbox] publishes the flag before the count.
    flag.store(1, std::memory_order_release);
    word.fetch_add(1, std::memory_order_release);
    os::futex_wake(word, 1);
  }

  // [doc:explorer-lost-wakeup]
  void receive_with_bug() {
    // [MO:test-mailbox] sees what send() published.
    while (flag.load(std::memory_order_acquire) == 0) {
      // Too late: if send() runs here, its count is taken for the old one.
      os::futex_wait(word, word.load(std::memory_order_acquire));
    }
  }
  // [/doc:explorer-lost-wakeup]

  void receive() {
    for (;;) {
      const std::uint32_t seen = word.load(std::memory_order_acquire);
      if (flag.load(std::memory_order_acquire) != 0) return;
      os::futex_wait(word, seen);
    }
  }
};

template <void (Mailbox::*Receive)()>
void send_and_receive(World& world) {
  Mailbox mailbox;
  world.name(mailbox.flag, "flag");
  world.name(mailbox.word, "word");
  world.thread("receiver", [&] { (mailbox.*Receive)(); });
  world.thread("sender", [&] { mailbox.send(); });
  world.run();
}

const Body kLosesWakeup = send_and_receive<&Mailbox::receive_with_bug>;
const Body kCorrect = send_and_receive<&Mailbox::receive>;

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(Clock::now() - start_).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start_ = Clock::now();
};

}  // namespace

TEST_CASE("explorer: the classical lost wakeup is found in under 2 s") {
  const Stopwatch stopwatch;
  const Report report = explore({.seeds = 10'000}, kLosesWakeup);
  const double seconds = stopwatch.seconds();
  INFO(report.text());
  CHECK(report.verdict == Verdict::kLostWakeup);
  CHECK(seconds < 2.0);
  std::cout << "lost wakeup found by schedule " << report.schedules
            << " in " << seconds * 1e3 << " ms\n";
}

TEST_CASE("explorer: the correct version survives a million seeds") {
  const Stopwatch stopwatch;
  const Report report = explore({.seeds = 1'000'000}, kCorrect);
  INFO(report.text());
  CHECK(report.passed());
  const double seconds = stopwatch.seconds();
  std::cout << report.schedules << " schedules, " << report.steps
            << " steps in " << seconds << " s\n";
}

TEST_CASE("explorer: the bounded search finds the lost wakeup, too") {
  const Report report = explore(
      {.search = Search::kBounded, .preemptions_max = 1}, kLosesWakeup);
  INFO(report.text());
  CHECK(report.verdict == Verdict::kLostWakeup);
  CHECK(report.schedules < 100);
}

TEST_CASE("explorer: no schedule of the correct version is left") {
  const Report report = explore(
      {.search = Search::kBounded, .preemptions_max = 100}, kCorrect);
  INFO(report.text());
  CHECK(report.passed());
  CHECK(report.complete);
}

TEST_CASE("explorer: replay repeats a failure event by event (I-00.10)") {
  for (const Search search : {Search::kRandom, Search::kBounded}) {
    const Report found = explore({.search = search}, kLosesWakeup);
    const Report again = replay({}, found.seed, kLosesWakeup);
    CHECK(again.verdict == found.verdict);
    CHECK(again.reason == found.reason);
    CHECK(again.events == found.events);
    CHECK(again.hash == found.hash);
  }
}

TEST_CASE("explorer: replay repeats a schedule that passes (I-00.10)") {
  const Report first = replay({}, "4711", kCorrect);
  const Report second = replay({}, "4711", kCorrect);
  CHECK(first.passed());
  CHECK(first.hash == second.hash);
  CHECK(first.events == second.events);
}

TEST_CASE("explorer: other seeds give other schedules") {
  std::set<std::uint64_t> hashes;
  for (int seed = 0; seed < 100; ++seed) {
    hashes.insert(replay({}, std::to_string(seed), kCorrect).hash);
  }
  CHECK(hashes.size() > 10);
}

TEST_CASE("explorer: the environment chooses one seed and many seeds") {
  ::setenv("STRATA_EXPLORE_SEEDS", "17", 1);
  CHECK(explore({}, kCorrect).schedules == 17);
  ::unsetenv("STRATA_EXPLORE_SEEDS");
  ::setenv("STRATA_EXPLORE_SEED", "4711", 1);
  const Report report = explore({}, kCorrect);
  ::unsetenv("STRATA_EXPLORE_SEED");
  CHECK(report.schedules == 1);
  CHECK(report.hash == replay({}, "4711", kCorrect).hash);
}

TEST_CASE("explorer: the report names objects, threads and the way back") {
  const std::string text =
      explore({.search = Search::kBounded}, kLosesWakeup).text();
  INFO(text);
  const auto says = [&](const char* part) {
    return text.find(part) != std::string::npos;
  };
  CHECK(says("lost wakeup: all threads wait"));
  CHECK(
      says("receiver sleeps on word since step 7 while 1; the wake came "
           "before, at step 4"));
  CHECK(says("   3  sender    fetch_add release  word    0 -> 1\n"));
  CHECK(says("   4  sender    futex_wake         word    woke 0 of 1\n"));
  CHECK(says("replay: STRATA_EXPLORE_SEED=2:1"));
}

TEST_CASE("explorer: a broken claim ends the search") {
  const Report report = explore({}, [](World& world) {
    atomic<std::uint32_t> value{0};
    world.always("value stays below 2",
                 [&] { return value.load(std::memory_order_relaxed) < 2; });
    const auto add = [&] { value.fetch_add(1, std::memory_order_relaxed); };
    world.thread("one", add);
    world.thread("two", add);
    world.run();
  });
  CHECK(report.verdict == Verdict::kCheckFailed);
  CHECK(report.reason == "value stays below 2");
}

TEST_CASE("explorer: a failed check ends the search") {
  const Report report = explore({}, [](World& world) {
    atomic<std::uint32_t> value{0};
    const auto add_apart = [&] {
      const auto seen = value.load(std::memory_order_relaxed);
      value.store(seen + 1, std::memory_order_relaxed);
    };
    world.thread("one", add_apart);
    world.thread("two", add_apart);
    world.run();
    check(value.load(std::memory_order_relaxed) == 2,
          "no increment is lost");
  });
  INFO(report.text());
  CHECK(report.verdict == Verdict::kCheckFailed);
  CHECK(report.reason == "no increment is lost");
}

TEST_CASE("explorer: an exception that leaves a thread ends the search") {
  const Report report = explore({}, [](World& world) {
    world.thread("thrower", [] { throw std::runtime_error("too bad"); });
    world.run();
  });
  CHECK(report.verdict == Verdict::kException);
  CHECK(report.reason == "exception: too bad");
}

TEST_CASE("explorer: endless spinning is a livelock, with either search") {
  for (const Search search : {Search::kRandom, Search::kBounded}) {
    const Report report =
        explore({.search = search, .steps_max = 500}, [](World& world) {
          atomic<std::uint32_t> never{0};
          world.thread("spinner", [&] {
            while (never.load(std::memory_order_relaxed) == 0) cpu_relax();
          });
          world.run();
        });
    CHECK(report.verdict == Verdict::kLivelock);
  }
}

TEST_CASE("explorer: a main that forgets its threads is reported") {
  const Report report =
      explore({}, [](World& world) { world.thread("orphan", [] {}); });
  CHECK(report.verdict == Verdict::kCheckFailed);
  CHECK(report.reason == "main ended before thread orphan");
}

TEST_CASE("explorer: outside an exploration nothing is virtual (I-00.2)") {
  atomic<std::uint32_t> value{0};
  value.fetch_add(1, std::memory_order_relaxed);
  step("no effect");
  check(value.load(std::memory_order_relaxed) == 1, "a plain atomic");
  CHECK(os::futex_wait(value, 0) == os::FutexResult::kValueChanged);
  CHECK(os::futex_wait(value, 1, 0) == os::FutexResult::kTimedOut);
}

}  // namespace strata::testkit
