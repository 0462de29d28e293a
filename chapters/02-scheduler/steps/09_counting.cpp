/// @file
/// @brief Counts goroutines, processors and Ps, and shows when a count is
/// old.
///
/// Story
///   A fresh program has one goroutine: main. The runtime's own are not
///   counted. A count is true at the moment it is taken and may be old when
///   it is read: between the two, others start and end.
#include <cstdio>

#include "strata/sched/sched.hpp"

namespace {

void print(const char* what, long long count) {
  std::printf("  %-40s %lld\n", what, count);
}

}  // namespace

int main() {
  print("before run", strata::num_goroutine());
  strata::sched::run({}, [] {
    strata::max_procs(2);
    print("a fresh program", strata::num_goroutine());
    print("a fresh program, all", strata::num_goroutine_all());
    // [doc:step-count]
    bool stop = false;
    strata::max_procs(1);  // nobody else runs until we yield
    for (int i = 0; i < 10; ++i) {
      strata::go([&] {
        while (!stop) strata::yield();
      });
    }
    print("ten started, none has run yet", strata::num_goroutine());
    stop = true;
    print("told to stop, count taken at once", strata::num_goroutine());
    while (strata::num_goroutine() > 1) strata::yield();
    print("after they had turns to end", strata::num_goroutine());
    // [/doc:step-count]
    print("max_procs(4) says what was before", strata::max_procs(4));
    print("max_procs(0) only asks", strata::max_procs(0));
  });
  print("after run", strata::num_goroutine());
}
