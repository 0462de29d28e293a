/// @file
/// @brief Needs a second thread and is refused one.
#include <sys/resource.h>
#include <unistd.h>

#include "strata/base/atomic.hpp"
#include "strata/sched/sched.hpp"

int main() {
  // The limit does not bind root, so become somebody else first.
  constexpr uid_t kNobody = 65534;
  if (getuid() == 0 && setuid(kNobody) != 0) return 76;
  const rlimit limit{.rlim_cur = 1, .rlim_max = 1};
  if (setrlimit(RLIMIT_NPROC, &limit) != 0) return 76;
  strata::sched::run({}, [] {
    strata::atomic<bool> ran{false};
    strata::go([&] { ran.store(true, std::memory_order_relaxed); });
    while (!ran.load(std::memory_order_relaxed)) strata::cpu_relax();
  });
  return 77;
}
