/// @file
/// @brief Solution of task 02.t1: times yields, alone and under load.
// strata-private-a755ef238e9d4b17
#include "yield_delay.hpp"

#include <cstdint>

#include "strata/base/atomic.hpp"
#include "strata/base/clock.hpp"
#include "strata/sched/sched.hpp"

namespace strata::lab {
namespace {

double average_yield_ns(int yields) {
  const std::int64_t began = now_ns();
  for (int i = 0; i < yields; ++i) yield();
  return static_cast<double>(now_ns() - began) / yields;
}

// The goroutines that have work while the caller yields.
class Load {
 public:
  Load(int burners, const std::function<void()>& burn) : left_(burners) {
    for (int i = 0; i < burners; ++i) {
      go([this, &burn] { live(burn); });
    }
    // acquire, here and below: sees what the burners did.
    while (begun_.load(std::memory_order_acquire) < burners) yield();
  }

  // Ends it: no burner may outlive what it refers to.
  ~Load() {
    // relaxed: nothing else depends on it.
    stop_.store(true, std::memory_order_relaxed);
    while (left_.load(std::memory_order_acquire) > 0) yield();
  }

 private:
  void live(const std::function<void()>& burn) {
    begun_.fetch_add(1, std::memory_order_release);
    yield();
    while (!stop_.load(std::memory_order_relaxed)) {
      burn();
      yield();
    }
    left_.fetch_sub(1, std::memory_order_release);
  }

  atomic<int> begun_{0};
  atomic<int> left_;
  atomic<bool> stop_{false};
};

}  // namespace

Delay measure_yield(int burners, int yields,
                    const std::function<void()>& burn) {
  Delay delay;
  delay.alone_ns = average_yield_ns(yields);
  const Load load(burners, burn);
  delay.loaded_ns = average_yield_ns(yields);
  return delay;
}

}  // namespace strata::lab
