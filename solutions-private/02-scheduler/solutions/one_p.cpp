/// @file
/// @brief Solution of bug 02.b2: one indivisible addition per ticket.
///
/// Story
///   A turn may end between load and store, in any function that is called
///   there. So load and store become one step, which no turn can divide and
///   which holds on any number of Ps.
// strata-private-66bab10ded16a4b4
#include <cstdio>
#include <cstdlib>

#include "strata/base/atomic.hpp"
#include "strata/sched/sched.hpp"

namespace {

strata::atomic<int> sold{0};

// Writes an entry. The real one is long, and gives way to be polite.
void note_in_journal(int ticket) {
  if (ticket >= 0) strata::yield();
}

void sell(int tickets) {
  for (int i = 0; i < tickets; ++i) {
    // relaxed: main reads it after all sellers have said that they ended.
    note_in_journal(sold.fetch_add(1, std::memory_order_relaxed));
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
    const int total = sold.load(std::memory_order_relaxed);
    std::printf("sold %d of %d tickets\n", total, sellers * tickets);
    return total == sellers * tickets ? 0 : 1;
  });
}
