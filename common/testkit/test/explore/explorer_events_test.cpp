/// @file
/// @brief Tests what the event log shows.

#include "strata/testkit/explorer.hpp"

#include "strata/base/atomic.hpp"
#include "strata/testkit/catch.hpp"

namespace strata::testkit {

TEST_CASE("events: columns are aligned and members named after the whole") {
  struct Queue {
    atomic<std::uint32_t> head{0};
    atomic<std::int32_t> tail{-1};
  };
  const Report report = replay({}, "0", [](World& world) {
    Queue queue;
    world.name(queue, "queue");
    world.thread("worker", [&] {
      step("begin");
      queue.head.store(7, std::memory_order_release);
      queue.tail.exchange(-2, std::memory_order_acq_rel);
      std::uint32_t expected = 8;
      queue.head.compare_exchange_strong(expected, 1,
                                         std::memory_order_acquire,
                                         std::memory_order_relaxed);
    });
    world.run();
  });
  INFO(report.text());
  const std::vector<std::string> expected{
      "step  thread  operation                 object   value",
      "   1  worker  step                      begin",
      "   2  worker  store release             queue    0 -> 7",
      "   3  worker  exchange acq_rel          queue+4  -1 -> 4294967294",
      "   4  worker  compare_exchange acquire  queue    7 -> 7",
      "   5  worker  end",
      "   6  main    end"};
  CHECK(report.events == expected);
}

}  // namespace strata::testkit
