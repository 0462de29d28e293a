/// @file
/// @brief Tests taking turns: yield, leave and ready, and what travels
/// along.
#include "strata/sched/schedule.hpp"

#include <cerrno>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "state.hpp"
#include "strata/os/thread.hpp"
#include "strata/testkit/catch.hpp"
#include "support.hpp"

namespace strata::sched {
namespace {

using test::Pending;

// Compilers keep the address of errno across calls, and a yield may
// continue on another thread: so every access is a function of its own.
[[gnu::noinline]] void set_errno(int value) { errno = value; }
[[gnu::noinline]] int get_errno() { return errno; }

// Lets a flag stand where the goroutine that left is published.
void publish(M&, G& left, void* argument) {
  transition(left, GStatus::kRunning, GStatus::kRunnable);
  left.m_id = -1;
  static_cast<atomic<G*>*>(argument)->store(&left,
                                            std::memory_order_release);
}

void yield_times(int times) {
  for (int i = 0; i < times; ++i) yield();
}

// Yields while it is destroyed by an exception.
struct YieldsInDestructor {
  int* seen;
  ~YieldsInDestructor() {
    yield_times(3);
    *seen = std::uncaught_exceptions();
  }
};

// Throws, catches and yields at every stage; returns what went wrong.
int throw_and_yield(int number) {
  int wrong = 0;
  int in_flight = 0;
  try {
    const YieldsInDestructor guard{&in_flight};
    throw number;
  } catch (int outer) {
    yield_times(3);
    try {
      throw std::runtime_error(std::to_string(number));
    } catch (const std::runtime_error& inner) {
      yield_times(3);
      if (inner.what() != std::to_string(number)) ++wrong;
    }
    yield_times(3);
    if (outer != number) ++wrong;
    try {
      throw;  // the outer one again
    } catch (int again) {
      if (again != number) ++wrong;
    }
  }
  if (in_flight != 1) ++wrong;
  if (std::uncaught_exceptions() != 0) ++wrong;
  return wrong;
}

}  // namespace

TEST_CASE("yield: lets others run") {
  bool progressed = false;
  test::run_on(1, [&] {
    bool stop = false;
    Pending pending(1);
    go([&] {
      while (!stop) yield();
      pending.done();
    });
    yield();
    progressed = true;
    stop = true;
    pending.wait();
  });
  CHECK(progressed);
}

TEST_CASE("yield: with nobody else runnable the caller goes on at once") {
  std::uint32_t steps = 1;
  test::run_on(1, [&] {
    const std::uint32_t before = current_m()->p->tick;
    yield_times(1000);
    steps = current_m()->p->tick - before;
  });
  CHECK(steps == 0);
}

TEST_CASE("yield: the caller goes behind all others (1 P)") {
  constexpr int kOthers = 7;
  constexpr int kRounds = 200;
  std::vector<int> order;
  test::run_on(1, [&] {
    Pending pending(kOthers);
    for (int i = 0; i < kOthers; ++i) {
      go([&, i] {
        for (int round = 0; round < kRounds; ++round) {
          order.push_back(i);
          yield();
        }
        pending.done();
      });
    }
    pending.wait();
  });
  REQUIRE(order.size() == kOthers * kRounds);
  // Whatever order the first round has, all later ones have it too.
  for (std::size_t i = kOthers; i < order.size(); ++i) {
    REQUIRE(order[i] == order[i - kOthers]);
  }
}

TEST_CASE("yield: a pair that takes turns does not starve a pair of hogs") {
  constexpr std::int64_t kRounds = 2'000;
  std::int64_t turns = 0;
  std::int64_t hogged = 0;
  test::run_on(1, [&] {
    bool stop = false;
    int whose = 0;
    Pending pending(4);
    for (int me = 0; me < 2; ++me) {
      go([&, me] {
        while (!stop) {
          while (whose != me && !stop) yield();
          whose = 1 - me;
          ++turns;
          yield();
        }
        pending.done();
      });
      go([&] {
        while (!stop) {
          for (int i = 0; i < 1000; ++i) cpu_relax();
          ++hogged;
          yield();
        }
        pending.done();
      });
    }
    while (turns + hogged < kRounds) yield();
    stop = true;
    pending.wait();
  });
  CHECK(turns * 20 > hogged);
  CHECK(hogged * 20 > turns);
}

TEST_CASE("yield: outside of a goroutine ends the process and says so") {
  const auto ended = test::run_crash("misuse", {"yield_outside"});
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(ended.err.starts_with("fatal error: "));
}

TEST_CASE("yield: errno travels with the goroutine, on 2 Ps") {
  atomic<int> wrong{0};
  test::run_on(2, [&] {
    constexpr int kCount = 20;
    Pending pending(kCount);
    for (int i = 1; i <= kCount; ++i) {
      go([&, i] {
        for (int round = 0; round < 500; ++round) {
          set_errno(i);
          yield();
          if (get_errno() != i)
            wrong.fetch_add(1, std::memory_order_relaxed);
        }
        pending.done();
      });
    }
    pending.wait();
  });
  CHECK(wrong.load(std::memory_order_relaxed) == 0);
}

TEST_CASE(
    "yield: exceptions in flight travel with the goroutine, on 2 Ps") {
  atomic<int> wrong{0};
  test::run_on(2, [&] {
    constexpr int kCount = 20;
    Pending pending(kCount);
    for (int i = 1; i <= kCount; ++i) {
      go([&, i] {
        for (int round = 0; round < 100; ++round) {
          wrong.fetch_add(throw_and_yield(i * 1000 + round),
                          std::memory_order_relaxed);
        }
        pending.done();
      });
    }
    pending.wait();
  });
  CHECK(wrong.load(std::memory_order_relaxed) == 0);
}

TEST_CASE("yield: a goroutine may come back on another M") {
  atomic<bool> moved{false};
  test::run_on(2, [&] {
    Pending pending(4);
    for (int i = 0; i < 4; ++i) {
      go([&] {
        const int first = current_m()->id;
        while (!moved.load(std::memory_order_relaxed)) {
          yield();
          if (current_m()->id != first) {
            moved.store(true, std::memory_order_relaxed);
          }
        }
        pending.done();
      });
    }
    pending.wait();
  });
  CHECK(moved.load(std::memory_order_relaxed));
}

TEST_CASE("goroutines: an exception caught inside does no harm") {
  int caught = 0;
  std::int64_t alive = 0;
  test::run_on(1, [&] {
    Pending pending(100);
    for (int i = 0; i < 100; ++i) {
      go([&, i] {
        try {
          throw i;
        } catch (int value) {
          caught += value == i ? 1 : 0;
        }
        pending.done();
      });
    }
    pending.wait();
    while (num_goroutine() > 1) yield();
    alive = num_goroutine();
  });
  CHECK(caught == 100);
  CHECK(alive == 1);
}

TEST_CASE("goroutines: as many as there are Ps run at the same time") {
  for (const int procs : {2, 4}) {
    constexpr int kTurns = 50;
    atomic<int> turn{0};
    // Each waits for its turn without giving up its P.
    const auto take_turns = [&](int me) {
      for (int i = me; i < kTurns * procs; i += procs) {
        while (turn.load(std::memory_order_acquire) != i)
          os::yield_thread();
        turn.store(i + 1, std::memory_order_release);
      }
    };
    test::run_on(procs, [&] {
      for (int me = 1; me < procs; ++me) go([&, me] { take_turns(me); });
      take_turns(0);
    });
    CHECK(turn.load(std::memory_order_relaxed) == kTurns * procs);
  }
}

TEST_CASE("num_goroutine: a fresh program has exactly one goroutine") {
  std::int64_t fresh = 0;
  std::int64_t all = 0;
  std::int64_t with_ten = 0;
  std::int64_t after = 0;
  run({}, [&] {
    fresh = num_goroutine();
    all = num_goroutine_all();
    atomic<bool> stop{false};
    Pending pending(10);
    for (int i = 0; i < 10; ++i) {
      go([&] {
        while (!stop.load(std::memory_order_relaxed)) yield();
        pending.done();
      });
    }
    with_ten = num_goroutine();
    stop.store(true, std::memory_order_relaxed);
    pending.wait();
    while (num_goroutine() > 1) yield();
    after = num_goroutine();
  });
  CHECK(fresh == 1);
  CHECK(all >= fresh);
  CHECK(with_ten == 11);
  CHECK(after == 1);
  CHECK(num_goroutine() == 0);
}

TEST_CASE("leave: the debt is paid once, on another stack (I-02.10)") {
  int payments = 0;
  bool other_stack = false;
  struct Debt {
    int* payments;
    bool* other_stack;
    atomic<G*> left{nullptr};
  };
  test::run_on(1, [&] {
    Debt debt{&payments, &other_stack};
    Pending pending(1);
    go([&] {
      leave(
          [](M& m, G& left, void* argument) {
            auto& paid = *static_cast<Debt*>(argument);
            ++*paid.payments;
            *paid.other_stack =
                !left.stack.contains(__builtin_frame_address(0));
            publish(m, left, &paid.left);
          },
          &debt);
      pending.done();
    });
    G* sleeper = nullptr;
    while ((sleeper = debt.left.load(std::memory_order_acquire)) ==
           nullptr) {
      yield();
    }
    ready(*sleeper, true);
    pending.wait();
  });
  CHECK(payments == 1);
  CHECK(other_stack);
}

TEST_CASE("ready: with `next` it runs before those who wait, else behind") {
  std::vector<std::string> order;
  test::run_on(1, [&] {
    atomic<G*> first{nullptr};
    atomic<G*> last{nullptr};
    Pending pending(4);
    const auto sleeper = [&](atomic<G*>& place, const char* name) {
      go([&, name] {
        leave(&publish, &place);
        order.push_back(name);
        pending.done();
      });
    };
    sleeper(first, "next");
    sleeper(last, "behind");
    while (first.load(std::memory_order_acquire) == nullptr ||
           last.load(std::memory_order_acquire) == nullptr) {
      yield();
    }
    go([&] {
      order.push_back("a");
      pending.done();
    });
    go([&] {
      order.push_back("b");
      pending.done();
    });
    // Now b is in front and a in the ring.
    ready(*last.load(std::memory_order_relaxed), false);
    ready(*first.load(std::memory_order_relaxed), true);
    pending.wait();
  });
  CHECK(order == std::vector<std::string>{"next", "a", "behind", "b"});
}

}  // namespace strata::sched
