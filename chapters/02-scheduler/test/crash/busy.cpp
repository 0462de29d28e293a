/// @file
/// @brief Keeps two Ps busy for a while, so that SCHED lines have a subject.
#include "strata/base/clock.hpp"
#include "strata/sched/sched.hpp"

int main() {
  return strata::sched::run({}, [] {
    constexpr std::int64_t kLong = 150'000'000;
    const std::int64_t end_ns = strata::now_ns() + kLong;
    for (int i = 0; i < 4; ++i) {
      strata::go([] {
        for (;;) strata::yield();
      });
    }
    while (strata::now_ns() < end_ns) strata::yield();
  });
}
