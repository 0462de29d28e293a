/// @file
/// @brief Runs one function on a pooled stack, with handlers installed.
#pragma once

#include "strata/base/assert.hpp"
#include "strata/context/fault.hpp"
#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"
#include "strata/os/signal.hpp"

namespace strata::context::crash {

// What a flow needs to get back to where it was started.
struct OneFlow {
  ThreadAnchors anchors = thread_anchors();
  Context outside;
  Context inside;
  void (*body)() = nullptr;
};

inline void start(void*, void* argument) {
  auto& flow = *static_cast<OneFlow*>(argument);
  flow.body();
  exit_to(flow.anchors, flow.inside, flow.outside, nullptr);
}

// Runs `body` to its end on a fresh stack of the default size.
inline void run(void (*body)()) {
  StackPool pool;
  const os::AlternateStack alternate;
  STRATA_ASSERT(install_fault_handlers(pool) == 0, "handlers install");
  OneFlow flow{.outside = {}, .inside = {}, .body = body};
  const Stack stack = pool.acquire().stack;
  adopt_thread(flow.outside);
  prepare(flow.inside, stack, &start, &flow);
  switch_to(flow.anchors, flow.outside, flow.inside, nullptr);
  destroy_fiber(flow.inside);
  pool.release(stack);
  remove_fault_handlers();
}

}  // namespace strata::context::crash
