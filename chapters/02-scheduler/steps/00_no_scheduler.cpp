/// @file
/// @brief Lets three flows take turns although nobody decides who is next.
///
/// Story
///   Layer 1 switches to whomever it is told, so each flow here carries the
///   name of the next one, written by hand. That works while all of them
///   have turns left. The first one that ends has nobody to ask who is
///   still there; it goes home, and the turns of the others are never
///   taken.
#include <cstdio>

#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"

namespace {

namespace context = strata::context;

// [doc:step-flow]
struct Flow {
  const char* name;
  int turns;   // wanted
  Flow* next;  // whom it hands over to
  int done = 0;
  context::Context context = {};
};
// [/doc:step-flow]

// Where main waits, and what this one thread needs for every switch.
context::Context home;
context::ThreadAnchors anchors;

// [doc:step-relay]
void take_turns(void*, void* argument) {
  Flow& self = *static_cast<Flow*>(argument);
  while (self.done < self.turns) {
    ++self.done;
    std::printf("  %s %d of %d\n", self.name, self.done, self.turns);
    context::switch_to(anchors, self.context, self.next->context, nullptr);
  }
  context::exit_to(anchors, self.context, home, nullptr);
}
// [/doc:step-relay]

}  // namespace

int main() {
  context::StackPool stacks;
  anchors = context::thread_anchors();
  context::adopt_thread(home);
  Flow cid = {.name = "cid", .turns = 6, .next = nullptr};
  Flow bob = {.name = "bob", .turns = 4, .next = &cid};
  Flow ann = {.name = "ann", .turns = 2, .next = &bob};
  cid.next = &ann;
  Flow* const flows[] = {&ann, &bob, &cid};
  context::Stack used[3];
  if (stacks.acquire_many(0, used) < 3) return 1;
  for (int i = 0; i < 3; ++i) {
    context::prepare(flows[i]->context, used[i], &take_turns, flows[i]);
  }
  context::switch_to(anchors, home, ann.context, nullptr);
  std::puts("\nmain is back. Turns taken:\n");
  for (const Flow* flow : flows) {
    std::printf("  %s %d of %d\n", flow->name, flow->done, flow->turns);
  }
  for (Flow* flow : flows) context::destroy_fiber(flow->context);
  stacks.release_many(used);
}
