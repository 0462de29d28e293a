/// @file
/// @brief A flow of control for tests: a lambda that can pause.
///
/// Story
///   It names the backend instead of using the build's, so that the lab's
///   assembly is under test whatever the build was configured for.
#pragma once

#include <functional>
#include <utility>

#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"

namespace strata::context::lab {

/// Runs a body on a stack of its own; resume() from outside, pause() from
/// inside.
template <class Backend>
class Flow {
 public:
  /// What a flow runs.
  using Body = std::function<void(Flow&)>;

  /// Prepares a flow; nothing runs yet.
  Flow(StackPool& pool, Body body, std::size_t bytes = kDefaultStackBytes)
      : pool_(pool), body_(std::move(body)) {
    stack_ = pool.acquire(bytes).stack;
    detail::prepare_with<Backend>(self_, stack_, &start, this);
  }
  ~Flow() {
    destroy_fiber(self_);
    pool_.release(stack_);
  }
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  /// Goes on with the body until it pauses or ends.
  /// @param message what pause() returns.
  /// @return what the body passed to pause(), or null at its end.
  void* resume(void* message = nullptr) {
    adopt_thread(outside_);
    return detail::switch_with<Backend>(anchors_, outside_, self_, message);
  }
  /// Called by the body: goes back to where it was resumed.
  void* pause(void* message = nullptr) {
    return detail::switch_with<Backend>(anchors_, self_, outside_, message);
  }

  /// Tells whether the body has come to its end.
  bool done() const { return done_; }
  /// The stack it runs on.
  const Stack& stack() const { return stack_; }
  /// The message of the first resume().
  void* first_message() const { return first_; }

 private:
  static void start(void* message, void* argument) {
    Flow& flow = *static_cast<Flow*>(argument);
    flow.first_ = message;
    flow.body_(flow);
    flow.done_ = true;
    detail::exit_with<Backend>(flow.anchors_, flow.self_, flow.outside_,
                               nullptr);
  }

  StackPool& pool_;
  Body body_;
  Stack stack_;
  Context self_;
  Context outside_;
  ThreadAnchors anchors_ = thread_anchors();
  void* first_ = nullptr;
  bool done_ = false;
};

/// A flow over the lab's own assembly.
using AsmFlow = Flow<detail::AsmBackend>;

}  // namespace strata::context::lab
