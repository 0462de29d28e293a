/// @file
/// @brief Tests that call and ret pair up, by the rules of a return
/// predictor.
///
/// Story
///   A switch is executed instruction by instruction. The test keeps the
///   stack that a processor keeps: each call pushes its return address,
///   each ret pops one and is predicted right if it goes there. Counted,
///   not timed.
#include "strata/context/switch.hpp"

#if defined(__x86_64__) && !defined(STRATA_CONTEXT_SANITIZED)

#include <signal.h>
#include <ucontext.h>
#include <x86intrin.h>

#include <array>
#include <atomic>
#include <boost/context/detail/fcontext.hpp>
#include <cstddef>
#include <cstdint>

#include "strata/context/stack_pool.hpp"
#include "strata/testkit/catch.hpp"

namespace {

using namespace strata::context;  // NOLINT: the layer under test
namespace fc = boost::context::detail;

constexpr unsigned long long kTrapFlag = 0x100;
constexpr int kTurns = 20;
constexpr int kFrames = 4;

bool is_prefix(std::uint8_t byte) {
  return (byte & 0xf0) == 0x40 || byte == 0xf2 || byte == 0xf3 ||
         byte == 0x3e || byte == 0x67;
}

// What a processor does to its return stack, one instruction behind.
struct Predictor {
  std::array<std::uintptr_t, 4096> entries{};
  std::size_t depth = 0;
  const std::uint8_t* last = nullptr;
  int right = 0;
  int wrong = 0;

  // [doc:test-predictor]
  void step(const std::uint8_t* now, const std::uintptr_t* sp) {
    const std::uint8_t* code = last;
    last = now;
    if (code == nullptr) return;
    while (is_prefix(*code)) ++code;
    const bool indirect_call = *code == 0xff && ((code[1] >> 3) & 7) == 2;
    if (*code == 0xe8 || indirect_call) {
      entries[depth++ % entries.size()] = *sp;
    } else if ((*code == 0xc3 || *code == 0xc2) && depth > 0) {
      const bool hit = entries[--depth % entries.size()] ==
                       reinterpret_cast<std::uintptr_t>(now);
      ++(hit ? right : wrong);
    }
  }
  // [/doc:test-predictor]
};

Predictor g_predictor;

void on_step(int, siginfo_t*, void* raw) {
  const auto& registers = static_cast<ucontext_t*>(raw)->uc_mcontext.gregs;
  g_predictor.step(
      reinterpret_cast<const std::uint8_t*>(registers[REG_RIP]),
      reinterpret_cast<const std::uintptr_t*>(registers[REG_RSP]));
}

template <class Backend>
struct Balanced {
  static inline std::array<Context, 2> contexts;
  static inline ThreadAnchors anchors = thread_anchors();
  static inline std::size_t here = 0;

  static void start(const Stack& stack, void (*forever)()) {
    adopt_thread(contexts[0]);
    detail::prepare_with<Backend>(
        contexts[1], stack,
        [](void*, void* argument) {
          reinterpret_cast<void (*)()>(argument)();
        },
        reinterpret_cast<void*>(forever));
  }
  static void go() {
    const std::size_t from = here;
    here = 1 - from;
    detail::switch_with<Backend>(anchors, contexts[from], contexts[here],
                                 nullptr);
  }
};

// Boost's switch as it comes: called, but left by a jump.
struct PlainCall {
  static inline void* other = nullptr;
  static inline void (*entry)() = nullptr;

  static void start(const Stack& stack, void (*forever)()) {
    entry = forever;
    other =
        fc::make_fcontext(stack.hi, stack.bytes(), [](fc::transfer_t t) {
          other = t.fctx;
          entry();
        });
  }
  static void go() { other = fc::jump_fcontext(other, nullptr).fctx; }
};

// Functions of their own: a wrong guess may be right by chance in a
// recursion.
template <class Way, int kAbove>
[[gnu::noinline]] void below_frames() {
  if constexpr (kAbove == 0) {
    Way::go();
  } else {
    below_frames<Way, kAbove - 1>();
  }
  asm volatile("");  // so that no call above is a tail call
}

// Both sides run this, as two goroutines in one loop would.
template <class Way>
[[gnu::noinline]] void take_turns(int turns) {
  for (int i = 0; i < turns; ++i) below_frames<Way, kFrames>();
}

template <class Way>
Predictor watch() {
  StackPool pool;
  const Stack stack = pool.acquire().stack;
  Way::start(stack, [] {
    for (;;) take_turns<Way>(1'000'000);
  });
  take_turns<Way>(2);
  g_predictor = {};
  struct sigaction action = {};
  struct sigaction before = {};
  action.sa_sigaction = &on_step;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGTRAP, &action, &before);
  __writeeflags(__readeflags() | kTrapFlag);
  take_turns<Way>(kTurns);
  __writeeflags(__readeflags() & ~kTrapFlag);
  sigaction(SIGTRAP, &before, nullptr);
  pool.release(stack);
  return g_predictor;
}

template <class Way>
void require_balanced() {
  const Predictor seen = watch<Way>();
  CHECK(seen.wrong == 0);
  // Each turn returns from both sides' frames and switches.
  CHECK(seen.right >= 2 * kTurns * (kFrames + 1));
}

}  // namespace

TEST_CASE("switch: call and ret pair up, in both backends (I-01.3)") {
  require_balanced<Balanced<detail::AsmBackend>>();
  require_balanced<Balanced<detail::FcontextBackend>>();
}

TEST_CASE(
    "switch: Boost's own call leaves each return above wrong (I-01.3)") {
  CHECK(watch<PlainCall>().wrong >= 2 * kTurns * kFrames);
}

#endif
