/// @file
/// @brief Tests what loads may see under each memory model.

#include "strata/testkit/explorer.hpp"

#include "strata/base/atomic.hpp"
#include "strata/testkit/catch.hpp"

namespace strata::testkit {
namespace {

constexpr std::memory_order kRelaxed = std::memory_order_relaxed;

// Two threads raise their flags and look at the other's. Without a fence
// each store may land after both loads, and both enter.
struct Dekker {
  atomic<int> flags[2]{};
  atomic<int> inside{0};

  void enter(int self, std::memory_order fence) {
    flags[self].store(1, kRelaxed);
    // seq_cst: the store lands before the load.
    strata::atomic_thread_fence(fence);
    if (flags[1 - self].load(kRelaxed) == 0) inside.fetch_add(1, kRelaxed);
  }
};

Body dekker(std::memory_order fence) {
  return [fence](World& world) {
    Dekker state;
    world.name(state.flags, "flags");
    world.thread("zero", [&] { state.enter(0, fence); });
    world.thread("one", [&] { state.enter(1, fence); });
    world.run();
    check(state.inside.load(kRelaxed) <= 1, "at most one has entered");
  };
}

}  // namespace

TEST_CASE("memory: Dekker without a fence fails under TSO") {
  for (const Search search : {Search::kRandom, Search::kBounded}) {
    const Report report =
        explore({.search = search, .memory = Memory::kTso},
                dekker(std::memory_order_release));
    INFO(report.text());
    CHECK(report.verdict == Verdict::kCheckFailed);
    CHECK(report.schedules < 1000);
  }
}

TEST_CASE("memory: Dekker with a fence survives under TSO") {
  // seq_cst is the fence under test.
  CHECK(explore({.memory = Memory::kTso, .seeds = 100'000},
                dekker(std::memory_order_seq_cst))
            .passed());
  const Report all = explore({.search = Search::kBounded,
                              .memory = Memory::kTso,
                              .preemptions_max = 20},
                             // seq_cst is the fence under test.
                             dekker(std::memory_order_seq_cst));
  CHECK(all.passed());
  CHECK(all.complete);
}

TEST_CASE("memory: Dekker needs no fence under sequential consistency") {
  const Report all =
      explore({.search = Search::kBounded, .preemptions_max = 20},
              dekker(std::memory_order_release));
  CHECK(all.passed());
  CHECK(all.complete);
}

TEST_CASE("memory: stores of one thread land in order under TSO") {
  const Report report = explore(
      {.search = Search::kBounded,
       .memory = Memory::kTso,
       .preemptions_max = 20},
      [](World& world) {
        atomic<int> data{0};
        atomic<int> ready{0};
        world.thread("writer", [&] {
          data.store(1, kRelaxed);
          ready.store(1, kRelaxed);
          check(data.load(kRelaxed) == 1, "the writer sees its own store");
        });
        world.thread("reader", [&] {
          if (ready.load(kRelaxed) == 0) return;
          check(data.load(kRelaxed) == 1, "data landed first");
        });
        world.run();
      });
  INFO(report.text());
  CHECK(report.passed());
  CHECK(report.complete);
}

TEST_CASE("memory: a buffered store to a word that is gone never lands") {
  const Report report =
      explore({.memory = Memory::kTso, .seeds = 1000}, [](World& world) {
        alignas(atomic<int>) unsigned char bytes[sizeof(atomic<int>)];
        world.thread("user", [&] {
          auto* word = new (bytes) atomic<int>(0);
          word->store(1, kRelaxed);
          word->~atomic<int>();
          bytes[0] = 7;
        });
        world.thread("other", [] { step("time for a store to land"); });
        world.run();
        check(bytes[0] == 7, "the new owner's byte is untouched");
      });
  INFO(report.text());
  CHECK(report.passed());
}

TEST_CASE("memory: arithmetic wraps at the width of the object") {
  const Report report = explore({.seeds = 1}, [](World&) {
    atomic<std::uint8_t> small{255};
    check(small.fetch_add(1, kRelaxed) == 255, "the value before");
    check(small.load(kRelaxed) == 0, "wraps at 8 bits");
    atomic<std::int32_t> negative{-1};
    check(negative.fetch_sub(1, kRelaxed) == -1, "the value before");
    check(negative.load(kRelaxed) == -2, "stays negative");
    atomic<std::uint64_t> bits{6};
    check(bits.fetch_or(1, kRelaxed) == 6, "the value before");
    check(bits.fetch_and(3, kRelaxed) == 7, "with the bit set");
    check(bits.exchange(9, kRelaxed) == 3, "without the others");
    std::uint64_t expected = 8;
    check(!bits.compare_exchange_strong(expected, 1, kRelaxed, kRelaxed),
          "not the expected value");
    check(expected == 9, "reads the value on failure");
  });
  INFO(report.text());
  CHECK(report.passed());
}

}  // namespace strata::testkit
