/// @file
/// @brief Tests starting and joining OS threads.

#include "strata/os/thread.hpp"

#include "strata/testkit/catch.hpp"
#include "strata/testkit/program.hpp"

#include <cerrno>
#include <string>
#include <utility>

#include <pthread.h>
#include <signal.h>

namespace strata::os {
namespace {

// What a thread finds out about itself; read after its join.
struct Seen {
  int id = 0;
  std::string name;
  bool blocks_urgent = false;
  bool blocks_segv = true;
  std::size_t stack_bytes = 0;

  static void look(void* raw) {
    auto& seen = *static_cast<Seen*>(raw);
    seen.id = thread_id();
    char name[16] = "";
    pthread_getname_np(pthread_self(), name, sizeof(name));
    seen.name = name;
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    seen.blocks_urgent = sigismember(&blocked, SIGURG) == 1;
    seen.blocks_segv = sigismember(&blocked, SIGSEGV) == 1;
    pthread_attr_t attributes;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstacksize(&attributes, &seen.stack_bytes);
    pthread_attr_destroy(&attributes);
  }
};

Seen look_around(const char* name, std::size_t stack_bytes) {
  Seen seen;
  Thread thread;
  REQUIRE(thread.start(&Seen::look, &seen, name, stack_bytes) == 0);
  thread.join();
  return seen;
}

}  // namespace

TEST_CASE("thread: runs under its own id and name") {
  const Seen seen = look_around("worker", 0);
  CHECK(seen.id > 0);
  CHECK(seen.id != thread_id());
  CHECK(seen.name == "worker");
  CHECK(look_around("a name beyond the limit", 0).name ==
        "a name beyond t");
}

TEST_CASE(
    "thread: begins with all signals blocked but the faults (I-00.7)") {
  const Seen seen = look_around("masked", 0);
  CHECK(seen.blocks_urgent);
  CHECK_FALSE(seen.blocks_segv);
}

TEST_CASE("thread: starting leaves the mask of the starter alone") {
  (void)look_around("masked", 0);
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  CHECK(sigismember(&blocked, SIGURG) == 0);
}

TEST_CASE("thread: gets the stack it asks for, and at least the minimum") {
  CHECK(look_around("small", 1).stack_bytes >= 16'384);
  CHECK(look_around("large", 1 << 20).stack_bytes >= 1 << 20);
}

TEST_CASE("thread: a refusal is an errno, and nothing to join") {
  Thread thread;
  Seen seen;
  CHECK(thread.start(&Seen::look, &seen, "huge", std::size_t{1} << 50) ==
        EAGAIN);
  CHECK_FALSE(thread.joinable());
}

TEST_CASE("thread: moves with the duty to join") {
  Seen seen;
  Thread first;
  CHECK_FALSE(first.joinable());
  REQUIRE(first.start(&Seen::look, &seen, "moved") == 0);
  Thread second(std::move(first));
  CHECK(second.joinable());
  first = std::move(second);
  CHECK(first.joinable());
  first.join();
  CHECK_FALSE(first.joinable());
}

TEST_CASE("thread: destroyed before its join is fatal (I-00.6)") {
  for (const char* how : {"destroyed", "overwritten"}) {
    const testkit::ProgramResult ended = testkit::run_program(
        STRATA_CRASH_DIR "/common_crash_no_join", {how});
    INFO(ended.err);
    CHECK(ended.exit_code == 2);
    CHECK(ended.err.find(std::string("thread: ") + how +
                         " before it was joined") != std::string::npos);
  }
}

TEST_CASE("thread: yielding comes back") { yield_thread(); }

}  // namespace strata::os
