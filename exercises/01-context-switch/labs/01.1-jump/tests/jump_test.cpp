/// @file
/// @brief Tests a switch from stack to stack: what arrives, what survives,
///        how it is left, what an unwinder sees on the way, what it costs.
#include <unwind.h>

#include <algorithm>
#include <array>
#include <cfenv>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "../support/flow.hpp"
#include "../support/registers.hpp"
#include "../support/rounding.hpp"
#include "../support/single_step.hpp"
#include "strata/testkit/catch.hpp"

namespace {

using namespace strata::context;       // NOLINT: the layer under test
using namespace strata::context::lab;  // NOLINT: the tests' own
using detail::AsmBackend;
using detail::FcontextBackend;

}  // namespace

TEST_CASE("jump: it goes to the other stack and comes back") {
  StackPool pool;
  std::string said;
  const char* where = nullptr;
  AsmFlow flow(pool, [&](AsmFlow& self) {
    const char local = 'x';
    where = &local;
    for (char letter = 'a'; letter <= 'c'; ++letter) {
      said += letter;
      self.pause();
    }
  });
  for (char digit = '1'; digit <= '4'; ++digit) {
    said += digit;
    flow.resume();
  }
  INFO("the flow says letters, the thread says digits, in turn");
  CHECK(said == "1a2b3c4");
  CHECK(flow.done());
  INFO("a local of the flow lies on the flow's stack");
  CHECK(flow.stack().contains(where));
}

TEST_CASE("jump: the message arrives unchanged, both ways") {
  StackPool pool;
  AsmFlow flow(pool, [](AsmFlow& self) {
    void* message = self.first_message();
    for (;;) message = self.pause(message);
  });
  int words[4];
  for (int& word : words) {
    INFO("the third argument comes out as the result, on the other side");
    CHECK(flow.resume(&word) == &word);
  }
  void* all_ones = reinterpret_cast<void*>(~std::uintptr_t{0});
  CHECK(flow.resume(all_ones) == all_ones);
}

TEST_CASE("jump: callee-saved registers survive") {
  StackPool pool;
  int lost = 0;
  const auto soak = [&lost](AsmFlow& self, std::uint64_t id) {
    for (std::uint64_t round = 0; round < 500; ++round) {
      lost += registers_lost(
          [](void* flow) { static_cast<AsmFlow*>(flow)->pause(); }, &self,
          (id << 40) + round * 0x10001);
    }
  };
  std::vector<std::unique_ptr<AsmFlow>> flows;
  for (std::uint64_t id = 1; id <= 4; ++id) {
    flows.push_back(std::make_unique<AsmFlow>(
        pool, [&soak, id](AsmFlow& self) { soak(self, id); }));
  }
  while (!flows.back()->done()) {
    for (auto& flow : flows) {
      lost += registers_lost(
          [](void* raw) { static_cast<AsmFlow*>(raw)->resume(); },
          flow.get(), 0x5eed);
    }
  }
  INFO(
      "a register that the ABI calls callee-saved came back with the "
      "other side's value");
  CHECK(lost == 0);
}

TEST_CASE("jump: rounding stays with its flow, in both units") {
  StackPool pool;
  AsmFlow flow(pool, [](AsmFlow& self) {
    CHECK(rounds(FE_TONEAREST));
    std::fesetround(FE_UPWARD);
    self.pause();
    CHECK(rounds(FE_UPWARD));
    std::fesetround(FE_DOWNWARD);
    self.pause();
    CHECK(rounds(FE_DOWNWARD));
  });
  for (int i = 0; i < 3; ++i) {
    flow.resume();
    INFO("the flow's rounding mode stays with the flow");
    CHECK(rounds(FE_TONEAREST));
  }
  CHECK(flow.done());
}

namespace {

constexpr int kTurns = 20;
constexpr int kFrames = 4;

ReturnStack g_returns;

// Two flows that cross from the same line of code, as two goroutines do.
struct Pair {
  std::array<Context, 2> contexts;
  ThreadAnchors anchors = thread_anchors();
  std::size_t here = 0;
};
Pair* g_pair;

[[gnu::noinline]] void cross() {
  Pair& pair = *g_pair;
  Context& from = pair.contexts[pair.here];
  pair.here = 1 - pair.here;
  detail::switch_with<AsmBackend>(pair.anchors, from,
                                  pair.contexts[pair.here], nullptr);
}

// Functions of their own: a wrong guess may be right by chance in a
// recursion.
template <int kAbove>
[[gnu::noinline]] void below_frames() {
  if constexpr (kAbove == 0) {
    cross();
  } else {
    below_frames<kAbove - 1>();
  }
  asm volatile("");  // so that no call above is a tail call
}

// Both sides run this, as two goroutines in one loop would.
[[gnu::noinline]] void take_turns(int turns) {
  for (int i = 0; i < turns; ++i) below_frames<kFrames>();
}

}  // namespace

TEST_CASE("jump: call and ret pair up") {
  if (!kCanSingleStep) {
    WARN("this build cannot be run one instruction at a time; skipped");
    return;
  }
  StackPool pool;
  const Stack stack = pool.acquire().stack;
  Pair pair;
  g_pair = &pair;
  adopt_thread(pair.contexts[0]);
  detail::prepare_with<AsmBackend>(
      pair.contexts[1], stack,
      [](void*, void*) {
        for (;;) take_turns(1'000'000);
      },
      nullptr);
  take_turns(2);
  g_returns = {};
  SingleStep::run(
      [](const std::uint8_t* code, const std::uintptr_t* sp) {
        g_returns.step(code, sp);
      },
      [] { take_turns(kTurns); });
  INFO(
      "returns that did not go where the processor's return stack says; "
      "the switch is entered by a call");
  CHECK(g_returns.wrong() == 0);
  CHECK(g_returns.right() >= 2 * kTurns * (kFrames + 1));
  pool.release(stack);
}

namespace {

// What walks up the stack found, one walk for each instruction.
struct Walks {
  int made = 0;
  int lost = 0;
  const std::uint8_t* first_lost = nullptr;
};
Walks g_walks;

bool is_in_jump(const std::uint8_t* code) {
  const auto* begin =
      reinterpret_cast<const std::uint8_t*>(&detail::strata_context_jump);
  return code >= begin && code < begin + 512;
}

// Reads the frame that a walk is looking for: the caller of the switch.
bool g_found;
[[gnu::noinline]] void switcher(AsmFlow& flow, bool inside) {
  inside ? flow.pause() : flow.resume();
  asm volatile("");
}

_Unwind_Reason_Code look_for_switcher(_Unwind_Context* context, void*) {
  const auto at = _Unwind_GetRegionStart(context);
  if (at == reinterpret_cast<std::uintptr_t>(&switcher)) g_found = true;
  return g_found ? _URC_END_OF_STACK : _URC_NO_REASON;
}

void walk_up(const std::uint8_t* code, const std::uintptr_t*) {
  if (!is_in_jump(code)) return;
  g_found = false;
  _Unwind_Backtrace(&look_for_switcher, nullptr);
  ++g_walks.made;
  if (g_found) return;
  if (g_walks.lost++ == 0) g_walks.first_lost = code;
}

}  // namespace

TEST_CASE("jump: a walk up the stack is right from every instruction") {
  if (!kCanSingleStep) {
    WARN("this build cannot be run one instruction at a time; skipped");
    return;
  }
  StackPool pool;
  AsmFlow flow(pool, [](AsmFlow& self) {
    for (;;) switcher(self, true);
  });
  switcher(flow, false);
  g_walks = {};
  SingleStep::run(&walk_up, [&flow] { switcher(flow, false); });
  INFO(
      "an unwinder that stops inside the switch must find its caller; the "
      ".cfi lines after each push and pop tell it where. First lost at "
      "byte "
      << (g_walks.lost == 0
              ? 0
              : g_walks.first_lost - reinterpret_cast<const std::uint8_t*>(
                                         &detail::strata_context_jump))
      << " of the switch");
  CHECK(g_walks.made > 20);
  CHECK(g_walks.lost == 0);
}

namespace {

using Clock = std::chrono::steady_clock;

template <class Backend>
double round_trips_ns(int count) {
  StackPool pool;
  Flow<Backend> flow(pool, [](Flow<Backend>& self) {
    for (;;) self.pause();
  });
  double best = 1e18;
  for (int round = 0; round < 30; ++round) {
    const Clock::time_point began = Clock::now();
    for (int i = 0; i < count; ++i) flow.resume();
    const std::chrono::duration<double, std::nano> took =
        Clock::now() - began;
    best = std::min(best, took.count() / count);
  }
  return best;
}

}  // namespace

TEST_CASE("jump: it costs about what Boost's switch costs") {
  const double mine = round_trips_ns<AsmBackend>(5000);
  const double boost = round_trips_ns<FcontextBackend>(5000);
  INFO("a round trip: yours " << mine << " ns, Boost's switch by our stub "
                              << boost << " ns");
  CHECK(mine < 2.5 * boost);
}
