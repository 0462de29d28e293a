/// @file
/// @brief Tests os/signal: handlers, passing on, alternate stacks.
#include "strata/os/signal.hpp"

#include <signal.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "strata/testkit/catch.hpp"

namespace {

using strata::os::AlternateStack;
using strata::os::Range;
using strata::os::SignalEvent;
using strata::os::SignalOutcome;

std::atomic<int> g_ours{0};
std::atomic<int> g_previous{0};
std::atomic<const void*> g_handler_frame{nullptr};
std::atomic<bool> g_has_previous{false};

SignalOutcome count_and_handle(const SignalEvent& event) {
  g_ours.fetch_add(1, std::memory_order_relaxed);
  g_has_previous.store(event.has_previous, std::memory_order_relaxed);
  g_handler_frame.store(__builtin_frame_address(0),
                        std::memory_order_relaxed);
  errno = ERANGE;
  return SignalOutcome::kHandled;
}

SignalOutcome count_and_pass_on(const SignalEvent&) {
  g_ours.fetch_add(1, std::memory_order_relaxed);
  return SignalOutcome::kPassOn;
}

void previous_handler(int) {
  g_previous.fetch_add(1, std::memory_order_relaxed);
}

bool contains(Range range, const void* address) {
  return address >= range.start && address < range.start + range.bytes;
}

// Installs a plain handler of the program's for one test.
class ProgramHandler {
 public:
  explicit ProgramHandler(int number) : number_(number) {
    struct sigaction action = {};
    action.sa_handler = &previous_handler;
    sigaction(number, &action, &before_);
  }
  ~ProgramHandler() { sigaction(number_, &before_, nullptr); }

 private:
  int number_;
  struct sigaction before_ = {};
};

void reset() {
  g_ours.store(0, std::memory_order_relaxed);
  g_previous.store(0, std::memory_order_relaxed);
}

}  // namespace

TEST_CASE("signal: a handler has its own stack and keeps errno (I-00.8)") {
  reset();
  const AlternateStack alternate;
  REQUIRE(strata::os::install_signal_handler(SIGUSR1, &count_and_handle) ==
          0);
  errno = EDOM;
  raise(SIGUSR1);
  const int kept = errno;
  strata::os::remove_signal_handler(SIGUSR1);
  CHECK(kept == EDOM);
  CHECK(g_ours.load(std::memory_order_relaxed) == 1);
  CHECK(contains(alternate.range(),
                 g_handler_frame.load(std::memory_order_relaxed)));
}

TEST_CASE("signal: what is not handled reaches the one before (I-00.9)") {
  reset();
  const ProgramHandler program(SIGUSR1);
  REQUIRE(strata::os::install_signal_handler(SIGUSR1, &count_and_pass_on) ==
          0);
  raise(SIGUSR1);
  strata::os::remove_signal_handler(SIGUSR1);
  CHECK(g_ours.load(std::memory_order_relaxed) == 1);
  CHECK(g_previous.load(std::memory_order_relaxed) == 1);
}

TEST_CASE("signal: a handler learns whether anybody was there before") {
  reset();
  REQUIRE(strata::os::install_signal_handler(SIGUSR1, &count_and_handle) ==
          0);
  raise(SIGUSR1);
  strata::os::remove_signal_handler(SIGUSR1);
  CHECK_FALSE(g_has_previous.load(std::memory_order_relaxed));
  const ProgramHandler program(SIGUSR1);
  REQUIRE(strata::os::install_signal_handler(SIGUSR1, &count_and_handle) ==
          0);
  raise(SIGUSR1);
  strata::os::remove_signal_handler(SIGUSR1);
  CHECK(g_has_previous.load(std::memory_order_relaxed));
  CHECK(g_previous.load(std::memory_order_relaxed) == 0);
}

TEST_CASE("signal: removing puts the handler before back") {
  reset();
  const ProgramHandler program(SIGUSR1);
  REQUIRE(strata::os::install_signal_handler(SIGUSR1, &count_and_handle) ==
          0);
  strata::os::remove_signal_handler(SIGUSR1);
  strata::os::remove_signal_handler(SIGUSR1);
  raise(SIGUSR1);
  CHECK(g_ours.load(std::memory_order_relaxed) == 0);
  CHECK(g_previous.load(std::memory_order_relaxed) == 1);
}

TEST_CASE("signal: each thread has its own alternate stack and bounds") {
  const AlternateStack mine;
  const int local = 0;
  CHECK(contains(strata::os::own_stack_of_thread(), &local));
  std::thread([&mine] {
    CHECK(strata::os::own_stack_of_thread().bytes == 0);
    const AlternateStack other;
    const int there = 0;
    CHECK(contains(strata::os::own_stack_of_thread(), &there));
    CHECK(other.range().start != mine.range().start);
  }).join();
  CHECK(contains(strata::os::own_stack_of_thread(), &local));
}

TEST_CASE("signal: an alternate stack puts back what was there") {
  stack_t before = {};
  sigaltstack(nullptr, &before);
  { const AlternateStack alternate; }
  stack_t after = {};
  sigaltstack(nullptr, &after);
  CHECK(before.ss_sp == after.ss_sp);
  CHECK((before.ss_flags & SS_DISABLE) == (after.ss_flags & SS_DISABLE));
}
