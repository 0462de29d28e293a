/// @file
/// @brief Measures what a switch costs the functions that called it.
///
/// Story
///   A processor predicts where `ret` goes by a little stack of its own:
///   every call pushes, every ret pops. Boost's switch is called but leaves
///   by a jump, so one entry too many stays behind, and from there on each
///   return above is predicted wrong. Entered by a jump, the same code is
///   balanced.
///
/// Source
///   Measured here; what would falsify it: the first column growing no
///   faster with depth than the others.
#include <boost/context/detail/fcontext.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>

#include "strata/context/switch.hpp"

namespace {

namespace sc = strata::context;
namespace fc = boost::context::detail;

constexpr int kSwitches = 100'000;
constexpr int kRounds = 21;
constexpr std::size_t kStackBytes = 64 * 1024;

// Three ways to the other side. `other` is whoever is suspended.
// [doc:step-three-ways]
struct PlainCall {
  static inline void* other = nullptr;
  static void go() { other = fc::jump_fcontext(other, nullptr).fctx; }
};
struct EnteredByJump {
  static inline void* other = nullptr;
  static void go() {
    other = sc::detail::strata_fcontext_jump(other, nullptr).context;
  }
};
// [/doc:step-three-ways]
struct OwnAssembly {
  static inline std::array<void*, 2> sp = {};
  static inline int here = 0;
  static void go() {
    const int from = here;
    here = 1 - from;
    sc::detail::strata_context_jump(&sp[static_cast<std::size_t>(from)],
                                    sp[static_cast<std::size_t>(here)],
                                    nullptr);
  }
};

// [doc:step-frames]
// A runtime never switches bare: user, channel, park, switch.
template <class Way, int kFrames>
[[gnu::noinline]] void below_frames() {
  if constexpr (kFrames == 0) {
    Way::go();
  } else {
    below_frames<Way, kFrames - 1>();
  }
  asm volatile("");  // so that the call above is no tail call
}
// [/doc:step-frames]

// Both sides run the same code, as two goroutines in one channel would.
template <class Way, int kFrames>
[[gnu::noinline]] void take_turns(int switches) {
  for (int i = 0; i < switches; ++i) below_frames<Way, kFrames>();
}

template <class Way, int kFrames>
void run_forever(fc::transfer_t arrived) {
  if constexpr (!std::is_same_v<Way, OwnAssembly>)
    Way::other = arrived.fctx;
  for (;;) take_turns<Way, kFrames>(kSwitches);
}

template <class Way, int kFrames>
void prepare(std::byte* stack) {
  if constexpr (std::is_same_v<Way, OwnAssembly>) {
    sc::Context fresh;
    const sc::Stack range{.lo = stack, .hi = stack + kStackBytes};
    sc::detail::AsmBackend::start(
        fresh, range, [](void*, void*) { run_forever<Way, kFrames>({}); },
        nullptr);
    OwnAssembly::here = 0;
    OwnAssembly::sp[1] = const_cast<void*>(fresh.saved_sp());
  } else {
    Way::other = fc::make_fcontext(stack + kStackBytes, kStackBytes,
                                   &run_forever<Way, kFrames>);
  }
}

// The best of several rounds, in nanoseconds per switch.
template <class Way, int kFrames>
double measure() {
  auto stack = std::make_unique<std::byte[]>(kStackBytes);
  prepare<Way, kFrames>(stack.get());
  double best_ns = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    take_turns<Way, kFrames>(kSwitches);
    const std::chrono::duration<double, std::nano> spent =
        std::chrono::steady_clock::now() - start;
    best_ns = std::min(best_ns, spent.count() / (2.0 * kSwitches));
  }
  return best_ns;
}

struct Row {
  double plain_ns;
  double jumped_ns;
  double own_ns;
};

template <int kFrames>
Row print_row() {
  const Row row = {.plain_ns = measure<PlainCall, kFrames>(),
                   .jumped_ns = measure<EnteredByJump, kFrames>(),
                   .own_ns = measure<OwnAssembly, kFrames>()};
  std::printf("%6d  %8.1f ns  %8.1f ns  %8.1f ns  %6.2f  %6.2f\n", kFrames,
              row.plain_ns, row.jumped_ns, row.own_ns,
              row.jumped_ns / row.plain_ns, row.own_ns / row.plain_ns);
  return row;
}

}  // namespace

int main() {
  std::printf(
      "frames   fcontext,   fcontext,    own          ratio to plain\n"
      "above    called      jumped to    assembly   jumped     own\n");
  const Row bare = print_row<0>();
  print_row<1>();
  print_row<2>();
  print_row<3>();
  const Row deep = print_row<4>();
  std::printf("a frame  %7.1f ns  %8.1f ns  %8.1f ns\n",
              (deep.plain_ns - bare.plain_ns) / 4,
              (deep.jumped_ns - bare.jumped_ns) / 4,
              (deep.own_ns - bare.own_ns) / 4);
}
