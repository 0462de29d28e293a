/// @file
/// @brief Tests how runs begin and end.
#include "strata/sched/runtime.hpp"

#include <chrono>
#include <memory>
#include <string>

#include "state.hpp"
#include "strata/sched/schedule.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/leak_check.hpp"
#include "support.hpp"

namespace strata::sched {
namespace {

using test::Pending;

// A program with some of everything: more Ps, goroutines that end,
// goroutines that are left behind, large stacks.
void small_program(int number) {
  Pending pending(10);
  for (int i = 0; i < 10; ++i) {
    go([&] {
      yield();
      pending.done();
    });
  }
  if (number % 5 == 0) max_procs(4);
  if (number % 7 == 0) {
    go({.stack_bytes = 256 * 1024}, [] {
      for (;;) yield();
    });
    yield();
  }
  pending.wait();
}

}  // namespace

TEST_CASE("run: returns what main returns") {
  CHECK(run({}, [] { return 7; }) == 7);
  CHECK(run({}, [] { return -1; }) == -1);
}

TEST_CASE("run: a main without a result counts as 0") {
  bool ran = false;
  CHECK(run({}, [&ran] { ran = true; }) == 0);
  CHECK(ran);
}

TEST_CASE("run: calls main in place, even if it cannot be moved") {
  struct Main {
    Main() = default;
    Main(const Main&) = delete;
    Main& operator=(const Main&) = delete;
    int operator()() { return ++calls; }
    int calls = 0;
  };
  Main main;
  CHECK(run({}, main) == 1);
  CHECK(main.calls == 1);
}

TEST_CASE("run: ends when main returns and abandons the others") {
  atomic<int> destroyed{0};
  struct Witness {
    atomic<int>* count;
    ~Witness() { count->fetch_add(1, std::memory_order_relaxed); }
  };
  const int code = run({}, [&] {
    for (int i = 0; i < 50; ++i) {
      go([&] {
        const Witness witness{&destroyed};
        for (;;) yield();
      });
    }
    for (int i = 0; i < 10; ++i) yield();
    return 3;
  });
  CHECK(code == 3);
  CHECK(destroyed.load(std::memory_order_relaxed) == 0);
}

TEST_CASE("run: leaves no thread, mapping or file behind (I-02.9)") {
  for (int i = 0; i < 20; ++i) run({}, [i] { small_program(i); });
  // What the C library keeps for threads to come is no leak; one mapping or
  // stack left behind by each run would be many times more.
  const testkit::LeakCheck check(
      {.mappings = 40, .mapped_bytes = std::size_t{1} << 30});
  for (int i = 0; i < test::kManyRuns; ++i) {
    REQUIRE(run({}, [i] {
              small_program(i);
              return i;
            }) == i);
  }
  const bool clean = check.clean();
  INFO(check.describe());
  CHECK(clean);
}

TEST_CASE("run: a later run starts from nothing (I-02.9)") {
  for (int i = 0; i < 3; ++i) {
    std::uint64_t main_id = 0;
    std::int64_t alive = 0;
    int ps = 0;
    test::run_on(1, [&] {
      main_id = current_g()->id;
      alive = num_goroutine();
      ps = max_procs(3);
      for (int left = 0; left < 10; ++left) {
        go([] {
          for (;;) yield();
        });
      }
    });
    CHECK(main_id == 1);
    CHECK(alive == 1);
    CHECK(ps == 1);
  }
}

TEST_CASE("run: inside a run ends the process and says so") {
  const auto ended = test::run_crash("misuse", {"run_in_run"});
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(ended.err.starts_with(
      "fatal error: strata::run called while the runtime is running\n"));
}

TEST_CASE("run: an exception that leaves main ends the process") {
  const auto ended = test::run_crash("main_throws");
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(
      ended.err.starts_with("panic: std::runtime_error: no more\n\n"
                            "goroutine 1 [running] {name: main}:\n"));
}

TEST_CASE("run: a goroutine that never yields does not keep the process") {
  const auto begin = std::chrono::steady_clock::now();
  const auto ended = test::run_crash("never_yields", {}, {"GOMAXPROCS=2"});
  const std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - begin;
  INFO(ended.err);
  CHECK(ended.exit_code == 42);
  CHECK(seconds.count() < 5.0);
}

}  // namespace strata::sched
