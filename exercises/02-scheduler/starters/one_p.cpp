/// @file
/// @brief Bug 02.b2, yours: a box office counts what it sells.
///
/// Story
///   "We run on one P. One goroutine runs at a time, so a counter needs no
///   lock." That was the review's argument, and the count is wrong.
#include <cstdio>
#include <cstdlib>

#include "strata/base/atomic.hpp"
#include "strata/sched/sched.hpp"

namespace {

// One P, one goroutine at a time: no lock needed.
int sold = 0;

// Writes an entry. The real one is long, and gives way to be polite.
void note_in_journal(int ticket) {
  if (ticket >= 0) strata::yield();
}

void sell(int tickets) {
  for (int i = 0; i < tickets; ++i) {
    const int before = sold;
    note_in_journal(before);
    sold = before + 1;
  }
}

int argument(int argc, char** argv, int number, int otherwise) {
  return argc > number ? std::atoi(argv[number]) : otherwise;
}

}  // namespace

// Its arguments: sellers, tickets each, and the number of Ps.
int main(int argc, char** argv) {
  const int sellers = argument(argc, argv, 1, 2);
  const int tickets = argument(argc, argv, 2, 1000);
  const int procs = argument(argc, argv, 3, 1);
  return strata::sched::run({}, [=] {
    strata::max_procs(procs);
    strata::atomic<int> open{sellers};
    for (int i = 0; i < sellers; ++i) {
      strata::go([&open, tickets] {
        sell(tickets);
        // release: main sees what this seller sold.
        open.fetch_sub(1, std::memory_order_release);
      });
    }
    // acquire: see above.
    while (open.load(std::memory_order_acquire) > 0) strata::yield();
    const int total = sold;
    std::printf("sold %d of %d tickets\n", total, sellers * tickets);
    return total == sellers * tickets ? 0 : 1;
  });
}
