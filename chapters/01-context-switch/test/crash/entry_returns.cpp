/// @file
/// @brief Returns from an entry function.
#include "one_flow.hpp"

int main() {
  using namespace strata::context;  // NOLINT: the layer under test
  StackPool pool;
  const Stack stack = pool.acquire().stack;
  Context outside;
  Context inside;
  const ThreadAnchors anchors = thread_anchors();
  adopt_thread(outside);
  prepare(
      inside, stack, [](void*, void*) {}, nullptr);
  switch_to(anchors, outside, inside, nullptr);
}
