/// @file
/// @brief Measures switches: by depth, by way of switching, by how many
/// flows.
///
/// Story
///   A runtime never switches bare: user code calls a channel, which parks,
///   which calls the scheduler, which switches. What a switch costs is
///   therefore measured with so many frames above it that do not get
///   inlined (`d0` to `d4`). The processor predicts where a `ret` goes from
///   the calls it saw last, which were the other flow's; so it matters what
///   the two flows have in common:
///     same    both run the same loop and the same frames
///     caller  two loops that call the same frames, as users of one runtime
///     other   nothing: every return goes where the other flow's would not
///   The product's switch carries errno and the exception words with it;
///   `bare` rows leave them behind, to show what they cost.
///   `plain_fcontext` calls Boost's function as its documentation shows,
///   and `swapcontext` is what POSIX had.
#include "os/ucontext_pair.hpp"
#include "pair.hpp"
#include "strata/base/assert.hpp"
#include "strata/base/rng.hpp"
#include "strata/bench/bench.hpp"
#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"

#include <boost/context/detail/fcontext.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace context = strata::context;
namespace fc = boost::context::detail;
using context::Context;
using context::Stack;
using context::StackPool;
using context::bench::Code;
using context::bench::cross_often;
using context::bench::FirstCode;
using context::bench::OwnedStack;
using context::bench::UcontextPair;
using strata::bench::Loop;
using strata::bench::RowInfo;
using strata::bench::Suite;

template <class Backend, bool kCarriesWords>
struct StrataSide {
  context::ThreadAnchors anchors;
  Context* self;
  Context* other;

  void cross() {
    if constexpr (kCarriesWords) {
      context::detail::switch_with<Backend>(anchors, *self, *other,
                                            nullptr);
    } else {
      Backend::jump(*self, *other, nullptr);
    }
  }
};

struct PlainFcontextSide {
  fc::fcontext_t other;

  void cross() { other = fc::jump_fcontext(other, nullptr).fctx; }
};

// A pair makes the second flow, which runs cross_often without end on a
// stack of its own, and gives the first side out.

template <class Backend, bool kCarriesWords, int kDepth, class Code>
class StrataPair {
 public:
  using Side = StrataSide<Backend, kCarriesWords>;

  StrataPair() {
    context::adopt_thread(here_);
    context::detail::prepare_with<Backend>(there_, stack_.get(), &entry,
                                           this);
  }

  Side& first() { return first_; }

 private:
  static void entry(void*, void* argument) {
    auto& pair = *static_cast<StrataPair*>(argument);
    cross_often<kDepth, Code>(pair.second_, UINT64_MAX);
    STRATA_UNREACHABLE("the second side never comes to an end");
  }

  OwnedStack stack_;
  Context here_;
  Context there_;
  Side first_{context::thread_anchors(), &here_, &there_};
  Side second_{context::thread_anchors(), &there_, &here_};
};

template <int kDepth, class Code>
class PlainFcontextPair {
 public:
  PlainFcontextPair()
      : first_{fc::make_fcontext(stack_.get().hi, stack_.get().bytes(),
                                 &entry)} {}

  PlainFcontextSide& first() { return first_; }

 private:
  static void entry(fc::transfer_t arrived) {
    PlainFcontextSide second{arrived.fctx};
    cross_often<kDepth, Code>(second, UINT64_MAX);
  }

  OwnedStack stack_;
  PlainFcontextSide first_;
};

// Runs a pair whose first flow is measured. There and back is two switches.
template <int kDepth, class Pair>
void pair_row(Suite& suite, const std::string& name,
              std::string_view what) {
  suite.row(name, {.what = what, .step = 2}, [](Loop& loop) {
    Pair pair;
    cross_often<kDepth, FirstCode>(pair.first(), 1);
    loop.start();
    cross_often<kDepth, FirstCode>(pair.first(), loop.n() / 2);
    loop.stop();
  });
}

template <class SecondCode>
std::string row_start(int depth) {
  const char* shape = "other";
  if (SecondCode::kFrame == FirstCode::kFrame) shape = "caller";
  if (SecondCode::kLoop == FirstCode::kLoop) shape = "same";
  return std::string("switch.") + shape + ".d" + std::to_string(depth) +
         ".";
}

using context::detail::AsmBackend;
using context::detail::FcontextBackend;

template <int kDepth, class SecondCode>
void rows_at_depth(Suite& suite) {
  const std::string start = row_start<SecondCode>(kDepth);
  pair_row<kDepth, StrataPair<FcontextBackend, true, kDepth, SecondCode>>(
      suite, start + "fcontext",
      "one switch of ours through fcontext, entered balanced");
  pair_row<kDepth, StrataPair<AsmBackend, true, kDepth, SecondCode>>(
      suite, start + "asm", "one switch of ours through our own assembly");
  pair_row<kDepth, PlainFcontextPair<kDepth, SecondCode>>(
      suite, start + "plain_fcontext",
      "one jump_fcontext called as a function");
}

// What else there is to compare, at one depth only.
template <int kDepth>
void rows_of_other_ways(Suite& suite) {
  const std::string start = row_start<FirstCode>(kDepth);
  pair_row<kDepth, StrataPair<FcontextBackend, false, kDepth, FirstCode>>(
      suite, start + "fcontext_bare",
      "one switch through fcontext, without errno and exception words");
  pair_row<kDepth, StrataPair<AsmBackend, false, kDepth, FirstCode>>(
      suite, start + "asm_bare",
      "one switch through assembly, without errno and exception words");
  pair_row<kDepth, UcontextPair<kDepth, FirstCode>>(
      suite, start + "swapcontext",
      "one swapcontext, which sets the signal mask by a system call");
}

// Many flows that switch to the next one, in an order that has nothing to
// do with where their stacks lie.
class Ring {
 public:
  Ring(std::size_t count, bool is_colored)
      : stacks_(count - 1),
        flows_(std::make_unique<Context[]>(count)),
        count_(count) {
    const std::size_t got =
        pool_.acquire_many(context::kMinStackBytes, stacks_);
    STRATA_ASSERT(got == stacks_.size(), "a bench needs its stacks");
    std::vector<Stack> shuffled = stacks_;
    shuffle(shuffled);
    context::adopt_thread(flows_[0]);
    for (std::size_t i = 1; i < count; ++i) {
      Stack stack = shuffled[i - 1];
      if (!is_colored) stack.hi = end_of_page(stack.hi);
      context::prepare(flows_[i], stack, &run_flow, this);
    }
  }

  ~Ring() { pool_.release_many(stacks_); }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  // Switches until it is the caller's turn again, so many times.
  void turn(std::uint64_t times) {
    for (std::uint64_t i = 0; i < times; ++i) pass_on();
  }

 private:
  static void run_flow(void*, void* argument) {
    static_cast<Ring*>(argument)->turn(UINT64_MAX);
    STRATA_UNREACHABLE("a flow of the ring never comes to an end");
  }

  // A stack's color is less than a page, and its slot ends with a page.
  static std::byte* end_of_page(std::byte* hi) {
    constexpr std::uintptr_t kPage = 4096;
    const auto offset = reinterpret_cast<std::uintptr_t>(hi) % kPage;
    return offset == 0 ? hi : hi + (kPage - offset);
  }

  static void shuffle(std::vector<Stack>& stacks) {
    strata::Rng rng(1);
    for (std::size_t i = stacks.size(); i > 1; --i) {
      std::swap(stacks[i - 1], stacks[rng.below(static_cast<unsigned>(i))]);
    }
  }

  [[gnu::noinline]] void pass_on() {
    Context& from = flows_[at_];
    at_ = at_ + 1 == count_ ? 0 : at_ + 1;
    context::switch_to(anchors_, from, flows_[at_], nullptr);
  }

  StackPool pool_;
  std::vector<Stack> stacks_;
  std::unique_ptr<Context[]> flows_;
  std::size_t count_;
  std::size_t at_ = 0;
  context::ThreadAnchors anchors_ = context::thread_anchors();
};

constexpr std::size_t kRingSizes[] = {16, 1000, 10000};

void ring_rows(Suite& suite) {
  for (const std::size_t count : kRingSizes) {
    for (const bool is_colored : {true, false}) {
      const std::string name = "ring." + std::to_string(count) +
                               (is_colored ? ".colored" : ".aligned");
      const RowInfo info{
          .what = is_colored
                      ? "one switch among so many flows, stacks colored"
                      : "one switch among so many flows, all stacks at the "
                        "same page offset",
          .step = count};
      std::unique_ptr<Ring> ring;
      suite.row(name, info, [&](Loop& loop) {
        if (!ring) ring = std::make_unique<Ring>(count, is_colored);
        ring->turn(1);
        loop.start();
        ring->turn(loop.n() / count);
        loop.stop();
      });
    }
  }
}

template <class SecondCode>
void rows_at_all_depths(Suite& suite) {
  rows_at_depth<0, SecondCode>(suite);
  rows_at_depth<1, SecondCode>(suite);
  rows_at_depth<2, SecondCode>(suite);
  rows_at_depth<4, SecondCode>(suite);
}

}  // namespace

int main(int argc, char** argv) {
  Suite suite("Strata", "", argc, argv);
  rows_at_all_depths<Code<0, 0>>(suite);
  rows_of_other_ways<4>(suite);
  rows_at_all_depths<Code<1, 0>>(suite);
  rows_at_depth<4, Code<1, 1>>(suite);
  ring_rows(suite);
  return suite.finish();
}
