/// @file
/// @brief Tests the threads that Ms run on.
#include <csignal>
#include <string>

#include "scheduler.hpp"
#include "strata/os/thread.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/leak_check.hpp"
#include "support.hpp"

namespace strata::sched {
namespace {

// Runs a goroutine on another M than the caller's.
template <class Function>
void run_elsewhere(Function function) {
  atomic<bool> ran{false};
  go([&] {
    function();
    ran.store(true, std::memory_order_release);
  });
  while (!ran.load(std::memory_order_acquire)) os::yield_thread();
}

}  // namespace

TEST_CASE("machine: one P needs no second thread") {
  std::size_t before = testkit::count_resources().threads;
  std::size_t during = 0;
  test::run_on(1, [&] {
    test::Pending pending(100);
    for (int i = 0; i < 100; ++i) go([&] { pending.done(); });
    pending.wait();
    during = testkit::count_resources().threads;
  });
  CHECK(during == before);
}

TEST_CASE("machine: main's thread is M 0, the next one M 1") {
  int main_id = -1;
  int other_id = -1;
  test::run_on(2, [&] {
    main_id = current_m()->id;
    run_elsewhere([&] { other_id = current_m()->id; });
  });
  CHECK(main_id == 0);
  CHECK(other_id == 1);
  CHECK(current_m() == nullptr);
}

TEST_CASE("machine: started threads keep asynchronous signals out") {
  bool blocked = false;
  bool faults_open = false;
  test::run_on(2, [&] {
    run_elsewhere([&] {
      sigset_t mask;
      pthread_sigmask(SIG_BLOCK, nullptr, &mask);
      blocked = sigismember(&mask, SIGTERM) == 1 &&
                sigismember(&mask, SIGINT) == 1 &&
                sigismember(&mask, SIGALRM) == 1;
      faults_open = sigismember(&mask, SIGSEGV) == 0;
    });
  });
  CHECK(blocked);
  CHECK(faults_open);
}

TEST_CASE("machine: each M has a signal stack of its own") {
  bool has_stack = false;
  test::run_on(2, [&] {
    run_elsewhere([&] {
      stack_t stack{};
      sigaltstack(nullptr, &stack);
      has_stack = (stack.ss_flags & SS_DISABLE) == 0 && stack.ss_size > 0;
    });
  });
  CHECK(has_stack);
}

TEST_CASE("machine: a refused thread ends the process as in Go") {
  const auto ended = test::run_crash("no_threads", {}, {"GOMAXPROCS=2"});
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(ended.err.starts_with(
      "runtime: failed to create new OS thread (have 1 already; errno=11"));
  CHECK(ended.err.find("\nruntime: may need to increase max user processes "
                       "(ulimit -u)\nfatal error: newosproc\n") !=
        std::string::npos);
}

}  // namespace strata::sched
