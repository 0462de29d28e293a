/// @file
/// @brief Sets an owner and its thieves against each other in the explorer.
#pragma once

#include <array>
#include <cstddef>
#include <functional>

#include "chase_lev.hpp"
#include "strata/testkit/explorer.hpp"

namespace strata::lab {

/// Counts how often each goroutine was taken.
template <std::size_t kCount>
struct Ledger {
  std::array<sched::G, kCount> gs;
  std::array<int, kCount> taken{};

  /// Notes one that was taken; none is fine.
  void take(const sched::G* g) {
    if (g == nullptr) return;
    testkit::check(g >= gs.data() && g < gs.data() + kCount,
                   "what is taken was pushed");
    testkit::check(++taken[static_cast<std::size_t>(g - gs.data())] == 1,
                   "no goroutine is taken twice");
  }
  /// Takes what is left, and finds everything taken once.
  void close(ChaseLev& deque) {
    while (const sched::G* g = deque.pop()) take(g);
    testkit::check(deque.steal().g == nullptr, "an empty deque is empty");
    for (const int count : taken) {
      testkit::check(count == 1, "no goroutine is lost");
    }
  }
};

/// One game: what is there, what the owner does, what each thief does.
struct Duel {
  /// Goroutines in the deque at the start.
  std::size_t there = 0;
  /// The owner's moves: '+' pushes the next goroutine, '-' pops.
  const char* owner = "";
  /// How often each thief tries.
  int tries = 1;
  /// One or two.
  int thieves = 1;
  /// The deque's first room.
  std::size_t slots = 4;
};

/// Plays a game of at most six goroutines under one schedule.
inline void play(testkit::World& world, const Duel& duel) {
  Ledger<6> ledger;
  ChaseLev deque(duel.slots);
  std::size_t next = 0;
  while (next < duel.there) deque.push(ledger.gs[next++]);
  world.thread("owner", [&] {
    for (const char* move = duel.owner; *move != '\0'; ++move) {
      if (*move == '+') {
        deque.push(ledger.gs[next++]);
      } else {
        ledger.take(deque.pop());
      }
    }
  });
  const auto rob = [&] {
    for (int i = 0; i < duel.tries; ++i) ledger.take(deque.steal().g);
  };
  world.thread("thief 1", rob);
  if (duel.thieves == 2) world.thread("thief 2", rob);
  world.run();
  while (next < ledger.gs.size()) deque.push(ledger.gs[next++]);
  ledger.close(deque);
}

/// Makes a game what explore() wants.
inline testkit::Body game(const Duel& duel) {
  return [duel](testkit::World& world) { play(world, duel); };
}

}  // namespace strata::lab
