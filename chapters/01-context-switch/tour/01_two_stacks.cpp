/// @file
/// @brief Two stacks take turns on one thread; then the switch is measured.
///
/// Story
///   Two players each keep their own loop, on their own stack, and hand the
///   ball over by switching. Afterwards the switch is timed next to a plain
///   call of Boost's and to the C library's ucontext, in the same run: what
///   counts is the ratios. Ours also carries errno and the exceptions.
#include <ucontext.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include <boost/context/detail/fcontext.hpp>

#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"

namespace {

namespace sc = strata::context;
namespace fc = boost::context::detail;

constexpr int kSwitches = 20'000;
constexpr int kRounds = 15;

// One side of a pair: who I am, who comes next.
struct Player {
  sc::ThreadAnchors anchors = sc::thread_anchors();
  sc::Context* self = nullptr;
  sc::Context* other = nullptr;
};

void hand_over(Player& player) {
  sc::switch_to(player.anchors, *player.self, *player.other, nullptr);
}

// [doc:tour-player]
void play(Player& player, const char* name, int column) {
  for (int hit = 1; hit <= 3; ++hit) {
    const int local = hit * hit;  // lives on this player's stack
    std::printf("%*s%s hit %d, local at %p is %d\n", column, "", name, hit,
                static_cast<const void*>(&local), local);
    hand_over(player);
  }
}
// [/doc:tour-player]

// The two ways to compare with. Each keeps whoever is suspended.
struct PlainFcontext {
  fc::fcontext_t other = nullptr;
};
void hand_over(PlainFcontext& pair) {
  pair.other = fc::jump_fcontext(pair.other, &pair).fctx;
}

struct Ucontext {
  ucontext_t sides[2];
  int here = 0;
};
void hand_over(Ucontext& pair) {
  const int from = pair.here;
  pair.here = 1 - from;
  swapcontext(&pair.sides[from], &pair.sides[1 - from]);
}

// A switch happens deep in a runtime: user, channel, park, switch.
template <int kFrames, class Pair>
[[gnu::noinline]] void hand_over_below(Pair& pair) {
  if constexpr (kFrames == 0) {
    hand_over(pair);
  } else {
    hand_over_below<kFrames - 1>(pair);
  }
  asm volatile("");  // so that the call above is no tail call
}

// Both sides run this one loop.
template <class Pair>
[[gnu::noinline]] void take_turns(Pair& pair, int turns) {
  for (int turn = 0; turn < turns; ++turn) hand_over_below<4>(pair);
}

// The best of several rounds, in nanoseconds per switch; a turn is two.
template <class Pair>
double time_switches(Pair& pair) {
  double best_ns = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    take_turns(pair, kSwitches);
    const std::chrono::duration<double, std::nano> spent =
        std::chrono::steady_clock::now() - start;
    best_ns = std::min(best_ns, spent.count() / (2.0 * kSwitches));
  }
  return best_ns;
}

double time_plain_fcontext() {
  static std::array<char, 64 * 1024> stack;
  PlainFcontext pair;
  pair.other = fc::make_fcontext(
      stack.data() + stack.size(), stack.size(),
      [](fc::transfer_t arrived) {
        auto& same = *static_cast<PlainFcontext*>(arrived.data);
        same.other = arrived.fctx;
        for (;;) take_turns(same, kSwitches);
      });
  return time_switches(pair);
}

Ucontext g_ucontext;

double time_ucontext() {
  static std::array<char, 64 * 1024> stack;
  ucontext_t& inside = g_ucontext.sides[1];
  getcontext(&inside);
  inside.uc_stack.ss_sp = stack.data();
  inside.uc_stack.ss_size = stack.size();
  makecontext(
      &inside,
      [] {
        for (;;) take_turns(g_ucontext, kSwitches);
      },
      0);
  return time_switches(g_ucontext);
}

void pong_forever(void*, void* argument) {
  Player& pong = *static_cast<Player*>(argument);
  play(pong, "pong", 4);
  for (;;) take_turns(pong, kSwitches);
}

}  // namespace

int main() {
  sc::StackPool pool;
  const sc::Stack stack = pool.acquire().stack;
  sc::Context ping_context;
  sc::Context pong_context;
  Player ping{.self = &ping_context, .other = &pong_context};
  Player pong{.self = &pong_context, .other = &ping_context};
  sc::adopt_thread(ping_context);
  sc::prepare(pong_context, stack, &pong_forever, &pong);

  std::printf("pong's stack: %p to %p, %zu KiB, guarded below\n\n",
              static_cast<const void*>(stack.lo),
              static_cast<const void*>(stack.hi), stack.bytes() / 1024);
  play(ping, "ping", 0);

  const double ours = time_switches(ping);
  const double plain = time_plain_fcontext();
  const double ucontext = time_ucontext();
  std::printf(
      "\none switch,      strata  fcontext,     ucontext\n"
      "four frames deep           plain call\n"
      "  nanoseconds   %7.1f  %10.1f  %11.1f\n"
      "  ratio         %7.2f  %10.2f  %11.2f\n",
      ours, plain, ucontext, 1.0, plain / ours, ucontext / ours);
  sc::destroy_fiber(pong_context);
  pool.release(stack);
}
