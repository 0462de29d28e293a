/// @file
/// @brief Counts how long a chain of new goroutines keeps the ring waiting.
///
/// Story
///   A new goroutine goes into its P's front slot and runs next. If it
///   starts another one and ends, that one is in front again: a chain like
///   this could keep everybody else waiting for ever. So the front slot's
///   goroutines share one time slice, and a slice may be shared only so
///   often.
#include <cstdio>

#include "strata/sched/sched.hpp"

namespace {

// [doc:step-chain]
struct Chain {
  int* links;
  const bool* stop;

  void operator()() const {
    ++*links;
    if (!*stop) strata::go(*this);
  }
};
// [/doc:step-chain]

// The links that ran before a goroutine of the ring had its turn.
// [doc:step-behind-chain]
int links_before_ring() {
  int links = 0;
  int before = -1;
  bool stop = false;
  strata::go(
      [&] { before = links; });  // the next line pushes it out of front
  strata::go(Chain{&links, &stop});
  while (before < 0) strata::yield();
  stop = true;
  while (strata::num_goroutine() > 1) strata::yield();
  return before;
}
// [/doc:step-behind-chain]

}  // namespace

int main() {
  strata::sched::run({}, [] {
    strata::max_procs(1);
    std::puts("A chain of goroutines, each started by the one before.\n");
    for (int round = 1; round <= 3; ++round) {
      std::printf("  round %d: one in the ring ran after %d links\n", round,
                  links_before_ring());
    }
  });
}
