/// @file
/// @brief Tests the scheduler rows' work on a runtime of a few lines.
#include "strata/bench/workloads.hpp"

#include "strata/testkit/catch.hpp"

#include <cstdint>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

namespace strata::bench {
namespace {

// One thread per goroutine: slow, and all that the work asks for.
class ThreadRuntime {
 public:
  ~ThreadRuntime() {
    for (std::thread& thread : threads_) thread.join();
  }

  void use_procs(int) {}

  template <class Body>
  void go(Body&& body) {
    threads_.emplace_back(std::forward<Body>(body));
  }

  void yield() {
    yields_.fetch_add(1, std::memory_order_relaxed);
    std::this_thread::yield();
  }

  std::size_t started() const { return threads_.size(); }
  std::uint64_t yields() const {
    return yields_.load(std::memory_order_relaxed);
  }

 private:
  std::vector<std::thread> threads_;
  // atomic, counts only
  atomic<std::uint64_t> yields_{0};
};
static_assert(Runtime<ThreadRuntime>);

}  // namespace

TEST_CASE(
    "workloads: turns are shared out among all, the caller included") {
  ThreadRuntime runtime;
  Loop loop(40);
  take_turns(loop, runtime, 4);
  CHECK(runtime.started() == 3);
  CHECK(runtime.yields() >= 40);
  CHECK(loop.elapsed().wall_ns > 0);
}

TEST_CASE("workloads: a caller alone takes all turns") {
  ThreadRuntime runtime;
  Loop loop(10);
  take_turns(loop, runtime, 1);
  CHECK(runtime.started() == 0);
  CHECK(runtime.yields() == 10);
}

TEST_CASE("workloads: spawning starts one goroutine per operation") {
  ThreadRuntime runtime;
  Loop loop(12);
  spawn(loop, runtime, 4);
  CHECK(runtime.started() == 12);
}

TEST_CASE("workloads: goroutines kept alive are measured, then let go") {
  ThreadRuntime runtime;
  Loop loop(3);
  keep_alive(loop, runtime);
  CHECK(runtime.started() == 3);
  CHECK(loop.metrics().size() == 3);
}

}  // namespace strata::bench
