/// @file
/// @brief Runs over the end of a stack, without a guard and with one.
///
/// Story
///   Below a stack lies whatever was mapped there, often the next stack. An
///   overflow then changes somebody else's variables and says nothing. With
///   a guard the first touch is a fault, and a fault can be reported.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>

#include "strata/context/fault.hpp"
#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"
#include "strata/os/signal.hpp"

namespace sc = strata::context;

// Needs about eight kilobytes of stack per level, and fills them.
// [doc:step-recurse]
// NOLINTNEXTLINE(misc-no-recursion)
[[gnu::noinline]] int recurse(int levels) {
  std::array<char, 8 * 1024> room;
  std::memset(room.data(), '#', room.size());
  asm volatile("" ::"r"(room.data()) : "memory");
  return levels == 0 ? room[0] : recurse(levels - 1) + room[1];
}
// [/doc:step-recurse]

namespace {

struct Run {
  sc::ThreadAnchors anchors = sc::thread_anchors();
  sc::Context outside;
  sc::Context inside;
  int levels = 0;
};

void start(void*, void* argument) {
  Run& run = *static_cast<Run*>(argument);
  recurse(run.levels);
  sc::exit_to(run.anchors, run.inside, run.outside, nullptr);
}

void run_on(const sc::Stack& stack, int levels) {
  Run run{.outside = {}, .inside = {}, .levels = levels};
  sc::adopt_thread(run.outside);
  sc::prepare(run.inside, stack, &start, &run);
  sc::switch_to(run.anchors, run.outside, run.inside, nullptr);
  sc::destroy_fiber(run.inside);
}

// [doc:step-no-guard]
// Two stacks side by side in one plain mapping.
void without_guard() {
  constexpr std::size_t kBytes = 64 * 1024;
  void* memory = mmap(nullptr, 2 * kBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  auto* below = static_cast<std::byte*>(memory);
  const sc::Stack mine{.lo = below + kBytes, .hi = below + 2 * kBytes};
  std::memcpy(mine.lo - 32, "the neighbor's savings", 23);
  run_on(mine, 9);
  std::printf("the neighbor now has: \"%.22s\"\n",
              reinterpret_cast<const char*>(mine.lo - 32));
  munmap(memory, 2 * kBytes);
}
// [/doc:step-no-guard]

// [doc:step-with-guard]
void with_guard() {
  sc::StackPool pool;
  const strata::os::AlternateStack alternate;
  if (sc::install_fault_handlers(pool) != 0) return;
  const sc::Stack stack = pool.acquire(64 * 1024).stack;
  run_on(stack, 9);
  sc::remove_fault_handlers();
  pool.release(stack);
}
// [/doc:step-with-guard]

}  // namespace

int main() {
  std::printf("== 64 KiB, no guard, 9 levels of 8 KiB\n");
  without_guard();
  std::printf("\n== the same with a guard, in a process of its own\n");
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    dup2(STDOUT_FILENO, STDERR_FILENO);
    with_guard();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  std::printf("\nexit status %d\n", WEXITSTATUS(status));
}
