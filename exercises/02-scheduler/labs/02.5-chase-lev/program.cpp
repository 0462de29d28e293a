/// @file
/// @brief Prints what the reader's deque costs against the run queue, and
///        who gets turns from each.
#include <cstdio>
#include <memory>
#include <vector>

#include "compare.hpp"

namespace {

using strata::lab::Costs;
using strata::sched::G;
using strata::sched::RunQueue;

constexpr int kPairs = 1'000'000;
constexpr int kThefts = 2'000;
constexpr int kTurns = 4'000;

void print(const char* what, const Costs& costs) {
  if (!costs.deque_took_all) {
    std::printf("  %-34s the deque gave back something else\n", what);
    return;
  }
  std::printf("  %-34s x%.2f\n", what, costs.ratio());
}

void print(const char* whose, const std::vector<int>& turns) {
  std::printf("  %-34s", whose);
  for (const int count : turns) std::printf(" %5d", count);
  std::printf("\n");
}

}  // namespace

int main() {
  std::puts("The deque's time against the run queue's:\n");
  print("push two and pop two, no thief",
        strata::lab::compare_owner(kPairs));
  print("move a ring full to a thief", strata::lab::compare_theft(kThefts));

  std::printf("\nFour that always yield, %d turns:\n\n", kTurns);
  std::vector<G> gs(4);
  strata::lab::ChaseLev deque(4);
  print("deque, the newest first",
        strata::lab::turns_of(
            gs, kTurns, [&] { return deque.pop(); },
            [&](G& g) { deque.push(g); }));
  const auto queue = std::make_unique<RunQueue>();
  print("run queue, the oldest first",
        strata::lab::turns_of(
            gs, kTurns, [&] { return queue->get().g; },
            [&](G& g) { static_cast<void>(queue->put(g)); }));
}
