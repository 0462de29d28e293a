/// @file
/// @brief Pauses inside a catch block, and shows whose exception it is.
///
/// Story
///   The C++ runtime keeps a list of caught exceptions per thread. A flow
///   that pauses in a handler leaves its exception on that list, and the
///   next flow on the thread finds it there, unless the switch carries the
///   list along.
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"

namespace {

namespace sc = strata::context;

struct Run {
  sc::ThreadAnchors anchors = sc::thread_anchors();
  sc::Context outside;
  sc::Context inside;
  bool carry = false;
};

// Switches with or without what belongs to the flow besides its registers.
void go(Run& run, sc::Context& from, sc::Context& to) {
  if (run.carry) {
    sc::switch_to(run.anchors, from, to, nullptr);
  } else {
    sc::detail::Backend::jump(from, to, nullptr);
  }
}

// [doc:step-pause-in-catch]
void pause_in_handler(void*, void* argument) {
  Run& run = *static_cast<Run*>(argument);
  try {
    throw std::runtime_error("thrown by the flow");
  } catch (const std::exception&) {
    go(run, run.inside, run.outside);
  }
  sc::exit_to(run.anchors, run.inside, run.outside, nullptr);
}
// [/doc:step-pause-in-catch]

void show(bool carry) {
  sc::StackPool pool;
  const sc::Stack stack = pool.acquire().stack;
  Run run{.outside = {}, .inside = {}, .carry = carry};
  sc::adopt_thread(run.outside);
  sc::prepare(run.inside, stack, &pause_in_handler, &run);
  go(run, run.outside, run.inside);
  const bool seen = std::current_exception() != nullptr;
  std::printf("%-22s main, outside any handler, finds %s\n",
              carry ? "with the two words:" : "registers only:",
              seen ? "an exception that is not its own" : "no exception");
  go(run, run.outside, run.inside);
  sc::destroy_fiber(run.inside);
  pool.release(stack);
}

}  // namespace

int main() {
  show(false);
  show(true);
}
