/// @file
/// @brief Tests how Boost's switch hands stack pointers over.
#include "flow.hpp"
#include "strata/testkit/catch.hpp"

namespace {

using namespace strata::context;  // NOLINT: the layer under test
using detail::FcontextBackend;

struct Pair {
  ThreadAnchors anchors = thread_anchors();
  Context outside;
  Context inside;
  const void* seen_first = nullptr;
  const void* seen_later = nullptr;
};

void look_at_resumer(void*, void* argument) {
  Pair& pair = *static_cast<Pair*>(argument);
  // I-01.2: the resumer is complete before anything of ours runs.
  pair.seen_first = pair.outside.saved_sp();
  detail::switch_with<FcontextBackend>(pair.anchors, pair.inside,
                                       pair.outside, nullptr);
  pair.seen_later = pair.outside.saved_sp();
  detail::exit_with<FcontextBackend>(pair.anchors, pair.inside,
                                     pair.outside, nullptr);
}

}  // namespace

TEST_CASE(
    "backend_fcontext: the resumer is stored before user code (I-01.2)") {
  StackPool pool;
  const Stack stack = pool.acquire().stack;
  Pair pair;
  adopt_thread(pair.outside);
  detail::prepare_with<FcontextBackend>(pair.inside, stack,
                                        &look_at_resumer, &pair);
  CHECK(stack.contains(pair.inside.saved_sp()));
  CHECK(pair.outside.saved_sp() == nullptr);
  for (int i = 0; i < 2; ++i) {
    detail::switch_with<FcontextBackend>(pair.anchors, pair.outside,
                                         pair.inside, nullptr);
  }
  CHECK(pair.seen_first != nullptr);
  CHECK(pair.seen_later == pair.outside.saved_sp());
  CHECK_FALSE(stack.contains(pair.seen_first));
  destroy_fiber(pair.inside);
  pool.release(stack);
}
