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

// The columns of the callee-saved registers in unwind tables: rbx, rbp and
// r12 to r15.
constexpr std::array kSaved = {3, 6, 12, 13, 14, 15};

// What an unwinder says of the caller of a switch.
struct Caller {
  std::uintptr_t frame = 0;
  std::array<std::uintptr_t, kSaved.size()> registers{};
};

// What walks up the stack found, one walk for each instruction.
struct Walks {
  int made = 0;
  int lost = 0;
  int compared = 0;
  int wrong = 0;
  const std::uint8_t* first_lost = nullptr;
  const std::uint8_t* first_wrong = nullptr;
  // as they were before the switch had touched anything, one for each side
  Caller known[2];
};
Walks g_walks;
Caller g_caller;

const std::uint8_t* begin_of_jump() {
  return reinterpret_cast<const std::uint8_t*>(
      &detail::strata_context_jump);
}

std::ptrdiff_t place_in_jump(const std::uint8_t* code) {
  return code == nullptr ? 0 : code - begin_of_jump();
}

// The frame that a walk is looking for. It does nothing but switch, so that
// the registers are those of its caller.
[[gnu::noinline]] void switcher(void*) {
  Pair& pair = *g_pair;
  Context& from = pair.contexts[pair.here];
  pair.here = 1 - pair.here;
  detail::AsmBackend::jump(from, pair.contexts[pair.here], nullptr);
  asm volatile("");
}

_Unwind_Reason_Code look_for_switcher(_Unwind_Context* context, void*) {
  const auto at = _Unwind_GetRegionStart(context);
  if (at != reinterpret_cast<std::uintptr_t>(&switcher)) {
    return _URC_NO_REASON;
  }
  g_caller.frame = _Unwind_GetCFA(context);
  for (std::size_t i = 0; i < kSaved.size(); ++i) {
    g_caller.registers[i] = _Unwind_GetGR(context, kSaved[i]);
  }
  return _URC_END_OF_STACK;
}

// Before its first instruction nothing was moved yet: what the walk says of
// registers is true. Later it must say the same.
void compare(const std::uint8_t* code) {
  Caller* known = g_walks.known;
  if (known->frame != 0 && known->frame != g_caller.frame) ++known;
  if (code == begin_of_jump()) {
    *known = g_caller;
  } else if (known->frame == g_caller.frame) {
    ++g_walks.compared;
    if (known->registers == g_caller.registers) return;
    if (g_walks.wrong++ == 0) g_walks.first_wrong = code;
  }
}

void walk_up(const std::uint8_t* code, const std::uintptr_t*) {
  const std::ptrdiff_t place = place_in_jump(code);
  if (place < 0 || place >= 512) return;
  g_caller = {};
  _Unwind_Backtrace(&look_for_switcher, nullptr);
  ++g_walks.made;
  if (g_caller.frame != 0) return compare(code);
  if (g_walks.lost++ == 0) g_walks.first_lost = code;
}

}  // namespace

TEST_CASE("jump: a walk up the stack is right from every instruction") {
  if (!kCanSingleStep) {
    WARN("this build cannot be run one instruction at a time; skipped");
    return;
  }
  StackPool pool;
  const Stack stack = pool.acquire().stack;
  Pair pair;
  g_pair = &pair;
  detail::prepare_with<AsmBackend>(
      pair.contexts[1], stack,
      [](void*, void*) {
        // Other control words, so that each switch loads them.
        std::fesetround(FE_UPWARD);
        for (;;) registers_lost(&switcher, nullptr, 0xf10e);
      },
      nullptr);
  registers_lost(&switcher, nullptr, 0x5eed);
  g_walks = {};
  SingleStep::run(&walk_up,
                  [] { registers_lost(&switcher, nullptr, 0x5eed); });
  INFO(
      "an unwinder that stops inside the switch must find its caller and "
      "the caller's registers; the .cfi lines after each push and pop tell "
      "it where. First lost at byte "
      << place_in_jump(g_walks.first_lost) << ", first wrong at byte "
      << place_in_jump(g_walks.first_wrong) << " of the switch");
  CHECK(g_walks.made > 20);
  CHECK(g_walks.lost == 0);
  CHECK(g_walks.compared > 20);
  CHECK(g_walks.wrong == 0);
  pool.release(stack);
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
