/// @file
/// @brief Returns from main while another goroutine computes for ever.
#include "strata/base/atomic.hpp"
#include "strata/sched/sched.hpp"

int main() {
  strata::atomic<bool> started{false};
  strata::atomic<bool> never{false};
  const int code = strata::sched::run({}, [&] {
    strata::go([&] {
      started.store(true, std::memory_order_relaxed);
      while (!never.load(std::memory_order_relaxed)) strata::cpu_relax();
    });
    while (!started.load(std::memory_order_relaxed)) strata::cpu_relax();
    return 42;
  });
  return code == 42 ? 77 : 78;  // run cannot return here
}
