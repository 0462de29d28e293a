/// @file
/// @brief Switches between the stacks of virtual threads.
///
/// Story
///   A schedule of a small test is some twenty switches, and a search wants
///   a million schedules. swapcontext() makes two system calls per switch;
///   _setjmp() and _longjmp() make none. So a fiber is entered through
///   ucontext once, and then lives for all schedules: between two threads
///   it waits in a loop. setjmp() saves whatever stack pointer is in use,
///   so code under test may itself switch stacks between two schedule
///   points.
#pragma once

#include <cstddef>
#include <memory>

namespace strata::testkit {

/// Is one stack and the place where its execution was left.
class Fiber {
 public:
  /// Runs on the new stack; must never return.
  using Entry = void (*)(void* argument);

  /// Stands for the stack that the caller is running on.
  Fiber();
  /// Makes a fiber that will begin with @p entry.
  Fiber(Entry entry, void* argument);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Leaves this fiber and goes on with @p next.
  /// @pre the caller runs on this fiber. Comes back when somebody switches
  /// to this fiber again, or never.
  void switch_to(Fiber& next);

 private:
  struct State;

  static void enter();

  std::unique_ptr<State> state_;
};

}  // namespace strata::testkit
