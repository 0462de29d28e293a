/// @file
/// @brief Explores the idle protocol in small: with its barriers no wake-up
///        is lost, without one of them the schedule that loses it is found.
#include <array>

#include "strata/base/atomic.hpp"
#include "strata/os/futex.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/explorer.hpp"

namespace strata::sched {
namespace {

using testkit::explore;
using testkit::Memory;
using testkit::Report;
using testkit::Search;
using testkit::Verdict;
using testkit::World;

// What is left out of the protocol at the head of idle.cpp.
enum class Missing {
  kNothing,
  kMakersBarrier,
  kSpinnersBarrier,
  kLastLook,
  kSecondLook,
};

// One maker of work and one M that gives up. The words stand for a run
// queue, the number of spinning Ms, and the wake word of the sleeping M.
template <Missing kMissing>
struct IdleProtocol {
  atomic<std::uint32_t> queued{0};
  atomic<std::uint32_t> spinning{1};
  atomic<std::uint32_t> wake_word{0};
  int done = 0;

  // [doc:idle-small-maker]
  void make_work() {
    queued.store(1, std::memory_order_release);
    if (kMissing != Missing::kMakersBarrier) {
      strata::atomic_thread_fence(std::memory_order_seq_cst);
    }
    const bool somebody_spins =
        spinning.load(std::memory_order_relaxed) != 0;
    testkit::step("the maker has looked");  // its stores may still be late
    if (somebody_spins) return;
    wake_word.store(1, std::memory_order_release);
    os::futex_wake(wake_word, 1);
  }

  // [/doc:idle-small-maker]
  // [doc:idle-small-spinner]
  void spin_and_give_up() {
    if (take()) return;
    spinning.store(0, std::memory_order_release);
    if (kMissing != Missing::kSpinnersBarrier) {
      strata::atomic_thread_fence(std::memory_order_seq_cst);
    }
    if (kMissing != Missing::kLastLook && take()) return;
    while (wake_word.exchange(0, std::memory_order_acquire) == 0) {
      os::futex_wait(wake_word, 0);
    }
    take();
  }

  // [/doc:idle-small-spinner]
  bool take() {
    if (queued.load(std::memory_order_acquire) == 0) return false;
    ++done;
    return true;
  }
};

// The same shape once more: an attention bit against a P that goes idle.
template <Missing kMissing>
struct Attention {
  atomic<std::uint32_t> bits{0};
  atomic<std::uint32_t> is_idle{0};
  atomic<std::uint32_t> wake_word{0};
  int done = 0;

  void raise() {
    if (kMissing == Missing::kMakersBarrier) {
      bits.store(1, std::memory_order_release);
    } else {
      bits.fetch_or(1, std::memory_order_seq_cst);
    }
    if (is_idle.exchange(0, std::memory_order_acquire) == 0) return;
    wake_word.store(1, std::memory_order_release);
    os::futex_wake(wake_word, 1);
  }

  void go_idle() {
    if (serve()) return;
    is_idle.store(1, std::memory_order_release);
    if (kMissing != Missing::kSpinnersBarrier) {
      strata::atomic_thread_fence(std::memory_order_seq_cst);
    }
    const bool called = kMissing != Missing::kLastLook &&
                        bits.load(std::memory_order_relaxed) != 0;
    // Whoever takes the P out of the idle list serves the bit.
    if (called && is_idle.exchange(0, std::memory_order_acquire) == 1) {
      serve();
      return;
    }
    while (wake_word.exchange(0, std::memory_order_acquire) == 0) {
      os::futex_wait(wake_word, 0);
    }
    serve();
  }

  bool serve() {
    if (bits.load(std::memory_order_acquire) == 0) return false;
    ++done;
    return true;
  }
};

// A waker that counts itself as spinning and then finds no idle P misleads
// a maker that looks meanwhile; so it looks again. One maker, two pieces of
// work, one M, and somebody who wakes without having made anything.
template <Missing kMissing>
struct MisledMaker {
  static constexpr std::uint32_t kPieces = 2;
  atomic<std::uint32_t> queued{0};
  atomic<std::uint32_t> spinning{0};
  atomic<std::uint32_t> idle_ps{0};
  atomic<std::uint32_t> wake_word{0};
  std::uint32_t done = 0;

  void make_work() {
    for (std::uint32_t i = 0; i < kPieces; ++i) {
      queued.fetch_add(1, std::memory_order_seq_cst);
      wake();
    }
  }

  void wake() {
    for (;;) {
      if (spinning.load(std::memory_order_seq_cst) != 0) return;
      if (idle_ps.load(std::memory_order_seq_cst) == 0) return;
      std::uint32_t nobody = 0;
      if (!spinning.compare_exchange_strong(nobody, 1,
                                            std::memory_order_seq_cst,
                                            std::memory_order_relaxed)) {
        return;
      }
      if (idle_ps.exchange(0, std::memory_order_seq_cst) == 1) {
        wake_word.store(1, std::memory_order_release);
        os::futex_wake(wake_word, 1);
        return;
      }
      spinning.fetch_sub(1, std::memory_order_seq_cst);
      if (kMissing == Missing::kSecondLook) return;
    }
  }

  void work_and_idle() {
    bool spins = false;
    for (;;) {
      if (queued.load(std::memory_order_seq_cst) != 0) {
        queued.fetch_sub(1, std::memory_order_seq_cst);
        if (spins) spinning.fetch_sub(1, std::memory_order_seq_cst);
        spins = false;
        if (++done == kPieces) return;
        continue;
      }
      idle_ps.store(1, std::memory_order_seq_cst);
      if (spins) spinning.fetch_sub(1, std::memory_order_seq_cst);
      spins = false;
      if (queued.load(std::memory_order_seq_cst) != 0 &&
          idle_ps.exchange(0, std::memory_order_seq_cst) == 1) {
        continue;
      }
      while (wake_word.exchange(0, std::memory_order_acquire) == 0) {
        os::futex_wait(wake_word, 0);
      }
      spins = true;
    }
  }
};

template <Missing kMissing>
void misled_maker(World& world) {
  MisledMaker<kMissing> protocol;
  world.name(protocol.queued, "queued");
  world.name(protocol.spinning, "spinning");
  world.name(protocol.idle_ps, "idle Ps");
  world.name(protocol.wake_word, "wake word");
  world.thread("maker", [&] { protocol.make_work(); });
  world.thread("other waker", [&] { protocol.wake(); });
  world.thread("M", [&] { protocol.work_and_idle(); });
  world.run();
  testkit::check(protocol.done == protocol.kPieces, "all work was done");
}

template <Missing kMissing>
void maker_and_spinner(World& world) {
  IdleProtocol<kMissing> protocol;
  world.name(protocol.queued, "queued");
  world.name(protocol.spinning, "spinning");
  world.name(protocol.wake_word, "wake word");
  world.thread("maker", [&] { protocol.make_work(); });
  world.thread("last spinner", [&] { protocol.spin_and_give_up(); });
  world.run();
  testkit::check(protocol.done == 1, "I-02.12: the work was done");
}

template <Missing kMissing>
void raiser_and_idler(World& world) {
  Attention<kMissing> attention;
  world.name(attention.bits, "attention");
  world.name(attention.is_idle, "P is idle");
  world.name(attention.wake_word, "wake word");
  world.thread("raiser", [&] { attention.raise(); });
  world.thread("M", [&] { attention.go_idle(); });
  world.run();
  testkit::check(attention.done == 1, "I-02.7: the bit was served");
}

Report all_schedules(const testkit::Body& body, Memory memory,
                     int preemptions = 20) {
  return explore({.search = Search::kBounded,
                  .memory = memory,
                  .preemptions_max = preemptions},
                 body);
}

void survives(const testkit::Body& body, int preemptions = 20) {
  for (const Memory memory : {Memory::kSequential, Memory::kTso}) {
    const Report every = all_schedules(body, memory, preemptions);
    INFO(every.text());
    CHECK(every.passed());
    CHECK(every.complete);
    const Report many = explore({.memory = memory, .seeds = 100'000}, body);
    INFO(many.text());
    CHECK(many.passed());
  }
}

void loses(const testkit::Body& body, Memory memory) {
  const Report report = explore({.memory = memory, .seeds = 10'000}, body);
  INFO(report.text());
  CHECK((report.verdict == Verdict::kDeadlock ||
         report.verdict == Verdict::kLostWakeup));
}

}  // namespace

TEST_CASE(
    "idle protocol: with both barriers no wake-up is lost (I-02.12)") {
  survives(maker_and_spinner<Missing::kNothing>);
}

TEST_CASE("idle protocol: without the maker's barrier a wake-up is lost") {
  loses(maker_and_spinner<Missing::kMakersBarrier>, Memory::kTso);
}

TEST_CASE(
    "idle protocol: without the spinner's barrier a wake-up is lost") {
  loses(maker_and_spinner<Missing::kSpinnersBarrier>, Memory::kTso);
}

TEST_CASE("idle protocol: without the last look a wake-up is lost anyway") {
  loses(maker_and_spinner<Missing::kLastLook>, Memory::kSequential);
}

TEST_CASE(
    "idle protocol: stores that land at once hide a missing barrier") {
  // Why a test under sequential consistency alone proves nothing here.
  const Report report = all_schedules(
      maker_and_spinner<Missing::kMakersBarrier>, Memory::kSequential);
  INFO(report.text());
  CHECK(report.passed());
  CHECK(report.complete);
}

TEST_CASE("idle protocol: a misled waker looks again (I-02.12)") {
  survives(misled_maker<Missing::kNothing>, 3);
}

TEST_CASE("idle protocol: without its second look a wake-up is lost") {
  loses(misled_maker<Missing::kSecondLook>, Memory::kSequential);
}

TEST_CASE("attention: with both barriers no raised bit is lost (I-02.7)") {
  survives(raiser_and_idler<Missing::kNothing>);
}

TEST_CASE("attention: without the M's barrier a raised bit is lost") {
  loses(raiser_and_idler<Missing::kSpinnersBarrier>, Memory::kTso);
}

TEST_CASE("attention: without the last look a raised bit is lost anyway") {
  loses(raiser_and_idler<Missing::kLastLook>, Memory::kSequential);
}

}  // namespace strata::sched
