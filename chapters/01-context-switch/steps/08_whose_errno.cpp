/// @file
/// @brief Asks twice where errno is, on two threads, and gets one answer.
///
/// Story
///   A flow pauses on one thread and is resumed by another. errno is a word
///   of the thread, found by a function that the C library declares
///   constant: the compiler may ask once and remember. The second question
///   is never asked.
///
/// Source
///   What would falsify it: "another" in the first two lines in an
///   optimized build, or "the same" in the last.
#include <cerrno>
#include <cstdio>
#include <thread>

#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"

namespace {

namespace sc = strata::context;

struct Run {
  sc::Context outside;
  sc::Context inside;
  const sc::ThreadAnchors* anchors = nullptr;
};

void resume(Run& run) {
  const sc::ThreadAnchors mine = sc::thread_anchors();
  sc::adopt_thread(run.outside);
  run.anchors = &mine;
  sc::switch_to(mine, run.outside, run.inside, nullptr);
}

void pause(Run& run) {
  sc::switch_to(*run.anchors, run.inside, run.outside, nullptr);
}

thread_local int t_mine = 0;

const char* compared(const int* before, const int* after) {
  return before == after ? "the same address" : "another address";
}

// Out of line and opaque: what it returns is not known to be constant.
[[gnu::noinline]] const int* errno_address_now() {
  const int* address = &errno;
  asm volatile("" : "+r"(address));
  return address;
}

// [doc:step-whose-errno]
void ask_twice(void*, void* argument) {
  Run& run = *static_cast<Run*>(argument);
  const int* before = &errno;
  const int* local_before = &t_mine;
  const int* opaque_before = errno_address_now();
  pause(run);  // resumed by another thread
  const int* after = &errno;
  const int* local_after = &t_mine;
  const int* opaque_after = errno_address_now();
  std::printf("&errno, asked plainly:       %s\n", compared(before, after));
  std::printf("&t_mine, a thread_local:     %s\n",
              compared(local_before, local_after));
  std::printf("through an opaque function:  %s\n",
              compared(opaque_before, opaque_after));
  sc::exit_to(*run.anchors, run.inside, run.outside, nullptr);
}
// [/doc:step-whose-errno]

}  // namespace

int main() {
  sc::StackPool pool;
  const sc::Stack stack = pool.acquire().stack;
  Run run;
  sc::prepare(run.inside, stack, &ask_twice, &run);
  resume(run);
  std::thread(resume, std::ref(run)).join();
  sc::destroy_fiber(run.inside);
  pool.release(stack);
}
