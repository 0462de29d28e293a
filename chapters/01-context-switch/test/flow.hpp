/// @file
/// @brief A flow of control for tests: a lambda that can pause.
#pragma once

#include <functional>
#include <utility>

#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"

namespace strata::context::test {

#if defined(STRATA_CONTEXT_SANITIZED)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

// Runs `body` on a stack of its own. `resume` runs it until it pauses or
// ends, on whichever thread calls; the message carries that thread's
// anchors over, so that neither side looks at thread-local data after a
// switch.
template <class Backend>
class Flow {
 public:
  using Body = std::function<void(Flow&)>;

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

  // From outside.
  void resume() {
    ThreadAnchors anchors = thread_anchors();
    adopt_thread(resumer_);
    detail::switch_with<Backend>(anchors, resumer_, self_, &anchors);
  }
  // From inside.
  void pause() {
    anchors_ = static_cast<ThreadAnchors*>(
        detail::switch_with<Backend>(*anchors_, self_, resumer_, nullptr));
  }

  bool done() const { return done_; }
  const Stack& stack() const { return stack_; }
  const Context& context() const { return self_; }

 private:
  static void start(void* message, void* argument) {
    Flow& flow = *static_cast<Flow*>(argument);
    flow.anchors_ = static_cast<ThreadAnchors*>(message);
    flow.body_(flow);
    flow.done_ = true;
    detail::exit_with<Backend>(*flow.anchors_, flow.self_, flow.resumer_,
                               nullptr);
  }

  StackPool& pool_;
  Body body_;
  Stack stack_;
  Context self_;
  Context resumer_;
  ThreadAnchors* anchors_ = nullptr;
  bool done_ = false;
};

}  // namespace strata::context::test
