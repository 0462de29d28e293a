/// @file
/// @brief Measures stacks: new ones, used ones, and what guards cost.
///
/// Story
///   Recycling stacks is most of what spawning costs. These rows take the
///   price apart: a stack's guard, its first page, giving that page back,
///   and what is left of all that when a stack was just used.
#include "strata/bench/bench.hpp"
#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace {

namespace context = strata::context;
using context::Context;
using context::Stack;
using context::StackPool;
using strata::bench::Loop;
using strata::bench::RowInfo;
using strata::bench::Suite;

// A flow's whole life on a stack that was just used: what spawning stands
// on.
struct Life {
  StackPool pool;
  context::ThreadAnchors anchors = context::thread_anchors();
  Context here;
  Context flow;

  static void run_flow(void*, void* argument) {
    Life& life = *static_cast<Life*>(argument);
    context::exit_to(life.anchors, life.flow, life.here, nullptr);
  }

  void live_once() {
    const Stack stack = pool.acquire().stack;
    context::prepare(flow, stack, &run_flow, this);
    context::switch_to(anchors, here, flow, nullptr);
    context::destroy_fiber(flow);
    pool.release(stack);
  }
};

void life_row(Suite& suite) {
  suite.row("flow.life",
            {.what = "acquire a stack, start a flow, end it, release"},
            [](Loop& loop) {
              Life life;
              context::adopt_thread(life.here);
              life.live_once();
              loop.start();
              for (std::uint64_t i = 0; i < loop.n(); ++i) life.live_once();
              loop.stop();
            });
}

void reuse_rows(Suite& suite) {
  suite.row("stack.reuse",
            {.what = "acquire and release a stack, recently used"},
            [](Loop& loop) {
              StackPool pool;
              pool.release(pool.acquire().stack);
              loop.start();
              for (std::uint64_t i = 0; i < loop.n(); ++i) {
                pool.release(pool.acquire().stack);
              }
              loop.stop();
            });
  constexpr std::uint64_t kBatch = 64;
  suite.row(
      "stack.reuse64",
      {.what = "the same, in batches of 64; per stack", .step = kBatch},
      [](Loop& loop) {
        StackPool pool;
        std::array<Stack, kBatch> stacks;
        const auto in_and_out = [&] {
          const std::size_t got =
              pool.acquire_many(context::kDefaultStackBytes, stacks);
          pool.release_many({stacks.data(), got});
        };
        in_and_out();
        loop.start();
        for (std::uint64_t i = 0; i < loop.n(); i += kBatch) {
          in_and_out();
        }
        loop.stop();
      });
}

// Takes loop.n() stacks that never existed before from an empty pool.
class NewStacks {
 public:
  explicit NewStacks(const Loop& loop, context::GuardMethod guard =
                                           context::GuardMethod::kBest)
      : guard_(guard),
        pool_({.guard = guard, .hot_stacks_max = UINT32_MAX}),
        stacks_(loop.n()) {}

  ~NewStacks() { pool_.release_many(stacks_); }
  NewStacks(const NewStacks&) = delete;
  NewStacks& operator=(const NewStacks&) = delete;

  // Returns why fewer came than were asked for; empty when all came.
  std::string acquire() {
    context::StackError error;
    stacks_.resize(
        pool_.acquire_many(context::kDefaultStackBytes, stacks_, &error));
    if (error.kind != context::StackError::Kind::kNone) return error.text();
    const bool is_as_asked = guard_ == context::GuardMethod::kBest ||
                             guard_ == pool_.stats().guard;
    return is_as_asked ? "" : "this kernel has no such guards";
  }

  // Writes to the page that a first frame would use.
  void touch() {
    for (const Stack& stack : stacks_) stack.hi[-1] = std::byte{1};
  }

  void release() {
    pool_.release_many(stacks_);
    stacks_.clear();
  }

  void trim() { pool_.trim(); }

 private:
  // constant after init
  context::GuardMethod guard_;
  // owner only
  StackPool pool_;
  std::vector<Stack> stacks_;
};

constexpr RowInfo new_stacks(std::string_view what) {
  return {.what = what, .step = 1024, .ops_max = 16384};
}

void guard_rows(Suite& suite) {
  struct Way {
    const char* name;
    context::GuardMethod method;
  };
  constexpr Way kWays[] = {
      {"markers_batched", context::GuardMethod::kMadviseBatched},
      {"markers", context::GuardMethod::kMadvise},
      {"mprotect", context::GuardMethod::kMprotect}};
  for (const Way& way : kWays) {
    suite.row(std::string("stack.new.") + way.name,
              new_stacks("make one stack with a guard of that kind, not "
                         "touched"),
              [&way](Loop& loop) {
                NewStacks stacks(loop, way.method);
                loop.start();
                const std::string trouble = stacks.acquire();
                loop.stop();
                if (!trouble.empty()) loop.skip(trouble);
              });
  }
}

void page_rows(Suite& suite) {
  suite.row("stack.touch", new_stacks("touch a stack's first page"),
            [](Loop& loop) {
              NewStacks stacks(loop);
              const std::string trouble = stacks.acquire();
              if (!trouble.empty()) return loop.skip(trouble);
              loop.start();
              stacks.touch();
              loop.stop();
            });
  suite.row("stack.trim",
            new_stacks("give a free stack's one page back to the system"),
            [](Loop& loop) {
              NewStacks stacks(loop);
              const std::string trouble = stacks.acquire();
              if (!trouble.empty()) return loop.skip(trouble);
              stacks.touch();
              stacks.release();
              loop.start();
              stacks.trim();
              loop.stop();
            });
}

}  // namespace

int main(int argc, char** argv) {
  Suite suite("Strata", "", argc, argv);
  life_row(suite);
  reuse_rows(suite);
  guard_rows(suite);
  page_rows(suite);
  return suite.finish();
}
