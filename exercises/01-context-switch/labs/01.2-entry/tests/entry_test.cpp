/// @file
/// @brief Tests the first code on a fresh stack: what it hands over, how
/// the
///        stack lies, where every walk ends.
#include <array>
#include <exception>
#include <stdexcept>
#include <vector>

#include "../support/child.hpp"
#include "../support/flow.hpp"
#include "strata/testkit/catch.hpp"
#include "tests/walks.hpp"

namespace {

using namespace strata::context;       // NOLINT: the layer under test
using namespace strata::context::lab;  // NOLINT: the tests' own
using detail::AsmBackend;

}  // namespace

TEST_CASE("entry: a fresh flow runs its function") {
  StackPool pool;
  bool ran = false;
  AsmFlow flow(pool, [&ran](AsmFlow&) { ran = true; });
  flow.resume();
  INFO("the switch returns into your code; it calls on into C++");
  CHECK(ran);
  CHECK(flow.done());
}

namespace {

struct Arrivals {
  ThreadAnchors anchors = thread_anchors();
  Context outside;
  Context inside;
  void* message = nullptr;
  void* argument = nullptr;
};

void note_arrival(void* message, void* argument) {
  Arrivals& arrivals = *static_cast<Arrivals*>(argument);
  arrivals.message = message;
  arrivals.argument = argument;
  detail::exit_with<AsmBackend>(arrivals.anchors, arrivals.inside,
                                arrivals.outside, nullptr);
}

}  // namespace

TEST_CASE("entry: message and argument arrive, each in its place") {
  StackPool pool;
  const Stack stack = pool.acquire().stack;
  for (const std::uintptr_t word :
       {std::uintptr_t{0}, std::uintptr_t{0x1234}, ~std::uintptr_t{0}}) {
    Arrivals arrivals;
    adopt_thread(arrivals.outside);
    detail::prepare_with<AsmBackend>(arrivals.inside, stack, &note_arrival,
                                     &arrivals);
    void* const message = reinterpret_cast<void*>(word);
    detail::switch_with<AsmBackend>(arrivals.anchors, arrivals.outside,
                                    arrivals.inside, message);
    INFO("Entry is called with (message, argument)");
    CHECK(arrivals.message == message);
    CHECK(arrivals.argument == &arrivals);
    destroy_fiber(arrivals.inside);
  }
  pool.release(stack);
}

TEST_CASE("entry: the stack is aligned for whatever the function calls") {
  StackPool pool;
  const std::vector<Stack> stacks = [&pool] {
    std::vector<Stack> some(64);
    REQUIRE(pool.acquire_many(kMinStackBytes, some) == some.size());
    return some;
  }();
  for (const Stack& stack : stacks) {
    Stack odd = stack;
    odd.hi -= stack.slot % 16;  // prepare rounds down by itself
    INFO("hi ends in 0x" << std::hex
                         << reinterpret_cast<std::uintptr_t>(odd.hi) % 256);
    CHECK(frame_of_first_function(odd) % 16 == 0);
  }
  pool.release_many(stacks);
}

TEST_CASE("entry: walks up the stack end at the first frame") {
  StackPool pool;
  Walk by_table;
  int by_pointers = 0;
  AsmFlow flow(pool, [&](AsmFlow& self) {
    self.pause();
    by_table = walk_by_tables();
    by_pointers = walk_by_frame_pointers(self.stack());
  });
  flow.resume();
  flow.resume();
  INFO("frames by unwind table: " << by_table.frames
                                  << ", by frame pointer: " << by_pointers
                                  << " (-1: it left the stack)");
  CHECK(by_table.frames >= 3);
  CHECK(by_table.frames < 20);
  INFO("the last frame that a walk finds is the one of your code");
  CHECK(by_table.outermost_is_entry);
  CHECK(by_pointers >= 2);
}

namespace {

const Stack* g_stack_of_thrower;

[[noreturn]] void tell_where() {
  const char local = 0;
  const bool whole = g_stack_of_thrower->contains(&local);
  const char* text = whole ? "the stack is whole" : "the stack is gone";
  (void)!write(STDERR_FILENO, text, std::strlen(text));
  _exit(7);
}

void throw_out_of_a_flow() {
  StackPool pool;
  std::set_terminate(&tell_where);
  AsmFlow flow(pool, [](AsmFlow& self) {
    g_stack_of_thrower = &self.stack();
    throw std::runtime_error("nobody catches it");
  });
  try {
    flow.resume();
  } catch (const std::runtime_error&) {
    _exit(96);  // it must not leave its stack
  }
}

}  // namespace

TEST_CASE("entry: what nobody catches ends with its stack in place") {
  const Ended ended = run_in_child(&throw_out_of_a_flow);
  INFO(ended.text);
  CHECK(ended.status == 7);
  CHECK(ended.says("the stack is whole"));
}
