/// @file
/// @brief Explores a run queue with its owner and two thieves: nothing is
///        lost, nothing is run twice; and wrong rings are found out.
#include "strata/sched/run_queue.hpp"

#include <array>
#include <memory>

#include "strata/sched/g.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/explorer.hpp"

namespace strata::sched {
namespace {

using testkit::Body;
using testkit::check;
using testkit::Exploration;
using testkit::explore;
using testkit::Memory;
using testkit::Report;
using testkit::Search;
using testkit::World;

// What may be wrong with a ring; each is one line of the real one.
enum class Bug {
  kNone,
  kTailBeforeSlot,     // put publishes the tail before the slot is written
  kThiefDoesNotCheck,  // a thief moves head without looking whether it
                       // moved
  kOwnerDoesNotCheck,  // get moves head without looking, too
  kHalfWithoutCheck,   // take_half moves head without looking
  kFrontSlotInTwoSteps,  // the front slot is read, then cleared
  kEmptyLooksOnce,       // empty does not notice that its words do not fit
};

// The ring of run_queue.hpp in small, with one line that may be wrong.
template <Bug kBug>
class TinyQueue {
 public:
  static constexpr std::uint32_t kSlots = 4;

  bool put(G& g) {
    const std::uint32_t head = head_.load(std::memory_order_acquire);
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head >= kSlots) return false;
    if constexpr (kBug == Bug::kTailBeforeSlot) {
      tail_.store(tail + 1, std::memory_order_release);
    }
    slots_[tail % kSlots].store(&g, std::memory_order_relaxed);
    if constexpr (kBug != Bug::kTailBeforeSlot) {
      tail_.store(tail + 1, std::memory_order_release);
    }
    return true;
  }

  G* put_next(G& g) {
    return next_.exchange(&g, std::memory_order_seq_cst);
  }

  Taken get() {
    G* next = take_next();
    if (next != nullptr) return {.g = next, .inherits_slice = true};
    std::uint32_t head = head_.load(std::memory_order_acquire);
    for (;;) {
      const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
      if (tail == head) return {};
      G* g = slots_[head % kSlots].load(std::memory_order_relaxed);
      if constexpr (kBug == Bug::kOwnerDoesNotCheck) {
        head_.store(head + 1, std::memory_order_release);
        return {.g = g};
      }
      if (head_.compare_exchange_weak(head, head + 1,
                                      std::memory_order_release,
                                      std::memory_order_acquire)) {
        return {.g = g};
      }
    }
  }

  std::uint32_t take_half(G** out) {
    std::uint32_t head = head_.load(std::memory_order_acquire);
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    const std::uint32_t count = (tail - head) / 2;
    if (count != kSlots / 2) return 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      out[i] = slots_[(head + i) % kSlots].load(std::memory_order_relaxed);
    }
    if constexpr (kBug == Bug::kHalfWithoutCheck) {
      head_.store(head + count, std::memory_order_release);
      return count;
    }
    const bool moved = head_.compare_exchange_strong(
        head, head + count, std::memory_order_release,
        std::memory_order_relaxed);
    return moved ? count : 0;
  }

  G* steal_from(TinyQueue& victim, bool and_next) {
    const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
    std::uint32_t count = grab(victim, tail, and_next);
    if (count == 0) return nullptr;
    --count;
    G* last =
        slots_[(tail + count) % kSlots].load(std::memory_order_relaxed);
    if (count > 0) tail_.store(tail + count, std::memory_order_release);
    return last;
  }

  bool empty() const {
    for (;;) {
      const std::uint32_t head = head_.load(std::memory_order_seq_cst);
      const std::uint32_t tail = tail_.load(std::memory_order_seq_cst);
      G* next = next_.load(std::memory_order_seq_cst);
      if (kBug == Bug::kEmptyLooksOnce ||
          tail == tail_.load(std::memory_order_seq_cst)) {
        return head == tail && next == nullptr;
      }
    }
  }

 private:
  G* take_next() {
    if (next_.load(std::memory_order_relaxed) == nullptr) return nullptr;
    if constexpr (kBug == Bug::kFrontSlotInTwoSteps) {
      G* next = next_.load(std::memory_order_acquire);
      next_.store(nullptr, std::memory_order_relaxed);
      return next;
    }
    return next_.exchange(nullptr, std::memory_order_acquire);
  }

  std::uint32_t grab(TinyQueue& victim, std::uint32_t first,
                     bool and_next) {
    for (;;) {
      std::uint32_t head = victim.head_.load(std::memory_order_acquire);
      const std::uint32_t tail =
          victim.tail_.load(std::memory_order_acquire);
      std::uint32_t count = tail - head;
      count -= count / 2;
      if (count == 0) {
        G* next = victim.next_.load(std::memory_order_relaxed);
        if (!and_next || next == nullptr) return 0;
        if (!victim.next_.compare_exchange_strong(
                next, nullptr, std::memory_order_acquire,
                std::memory_order_relaxed)) {
          return 0;
        }
        slots_[first % kSlots].store(next, std::memory_order_relaxed);
        return 1;
      }
      if (count > kSlots / 2) continue;
      for (std::uint32_t i = 0; i < count; ++i) {
        G* g = victim.slots_[(head + i) % kSlots].load(
            std::memory_order_relaxed);
        slots_[(first + i) % kSlots].store(g, std::memory_order_relaxed);
      }
      if constexpr (kBug == Bug::kThiefDoesNotCheck) {
        victim.head_.store(head + count, std::memory_order_release);
        return count;
      }
      if (victim.head_.compare_exchange_strong(head, head + count,
                                               std::memory_order_acq_rel,
                                               std::memory_order_relaxed)) {
        return count;
      }
    }
  }

  atomic<std::uint32_t> head_{0};
  atomic<std::uint32_t> tail_{0};
  atomic<G*> next_{nullptr};
  atomic<G*> slots_[kSlots] = {};
};

// Counts how often each goroutine was taken (I-02.1).
template <std::size_t kCount>
struct Ledger {
  std::array<G, kCount> gs;
  std::array<int, kCount> taken{};

  void take(G* g) {
    if (g == nullptr) return;
    check(g >= gs.data() && g < gs.data() + kCount,
          "a taken slot holds a G");
    check(++taken[static_cast<std::size_t>(g - gs.data())] == 1,
          "I-02.1: no goroutine is taken twice");
  }
  template <class Queue>
  void drain(Queue& queue) {
    for (Taken t = queue.get(); t.g != nullptr; t = queue.get()) take(t.g);
  }
  void check_all() const {
    for (const int count : taken) {
      check(count == 1, "I-02.1: no goroutine is lost");
    }
  }
};

// The owner puts and takes while two thieves take halves.
template <class Queue>
void owner_and_two_thieves(World& world) {
  Ledger<5> ledger;
  const auto queues = std::make_unique<std::array<Queue, 3>>();
  Queue& own = (*queues)[0];
  const auto put = [&](std::size_t i) {
    check(own.put(ledger.gs[i]), "there is room");
  };
  put(0);
  put(1);
  world.thread("owner", [&] {
    put(2);
    G* pushed_out = own.put_next(ledger.gs[3]);
    if (pushed_out != nullptr) check(own.put(*pushed_out), "there is room");
    ledger.take(own.get().g);
    put(4);
    ledger.take(own.get().g);
  });
  for (std::size_t thief = 1; thief <= 2; ++thief) {
    world.thread(thief == 1 ? "thief 1" : "thief 2", [&, thief] {
      Queue& loot = (*queues)[thief];
      ledger.take(loot.steal_from(own, false));
      ledger.drain(loot);
    });
  }
  world.run();
  ledger.drain(own);
  check(own.empty(), "a drained queue is empty");
  ledger.check_all();
}

// Owner and thieves want the same goroutine in the front slot.
template <class Queue>
void fight_for_front_slot(World& world) {
  Ledger<2> ledger;
  const auto queues = std::make_unique<std::array<Queue, 3>>();
  Queue& own = (*queues)[0];
  own.put_next(ledger.gs[0]);
  world.thread("owner", [&] {
    ledger.take(own.get().g);
    G* pushed_out = own.put_next(ledger.gs[1]);
    check(pushed_out == nullptr, "the slot was taken");
    ledger.take(own.get().g);
  });
  for (std::size_t thief = 1; thief <= 2; ++thief) {
    world.thread(thief == 1 ? "thief 1" : "thief 2", [&, thief] {
      ledger.take((*queues)[thief].steal_from(own, true));
    });
  }
  world.run();
  ledger.drain(own);
  ledger.check_all();
}

// The owner's ring is full; half of it leaves while thieves make room.
template <class Queue, std::uint32_t kSlots>
void overflow_and_two_thieves(World& world) {
  Ledger<kSlots + 1> ledger;
  const auto queues = std::make_unique<std::array<Queue, 3>>();
  Queue& own = (*queues)[0];
  for (std::size_t i = 0; i < kSlots; ++i) {
    check(own.put(ledger.gs[i]), "there is room");
  }
  world.thread("owner", [&] {
    G* half[kSlots / 2];
    while (!own.put(ledger.gs[kSlots])) {
      const std::uint32_t count = own.take_half(half);
      for (std::uint32_t i = 0; i < count; ++i) ledger.take(half[i]);
    }
  });
  for (std::size_t thief = 1; thief <= 2; ++thief) {
    world.thread(thief == 1 ? "thief 1" : "thief 2", [&, thief] {
      ledger.take((*queues)[thief].steal_from(own, false));
    });
  }
  world.run();
  for (Queue& queue : *queues) ledger.drain(queue);
  ledger.check_all();
}

// A goroutine that is pushed from the front slot into the ring is somewhere
// at every moment: an M that looks must not believe that there is no work.
template <class Queue>
void look_while_it_moves(World& world) {
  Ledger<2> ledger;
  const auto own = std::make_unique<Queue>();
  own->put_next(ledger.gs[0]);
  world.thread("owner", [&] {
    G* pushed_out = own->put_next(ledger.gs[1]);
    check(own->put(*pushed_out), "there is room");
    check(own->get().g == &ledger.gs[1], "the front slot comes first");
  });
  world.thread("looker",
               [&] { check(!own->empty(), "the queue was never empty"); });
  world.run();
}

Exploration random(std::uint64_t seeds,
                   Memory memory = Memory::kSequential) {
  return {.search = Search::kRandom, .memory = memory, .seeds = seeds};
}

Exploration bounded(int preemptions) {
  return {.search = Search::kBounded, .preemptions_max = preemptions};
}

void survives(const Exploration& exploration, const Body& body) {
  const Report report = explore(exploration, body);
  INFO(report.text());
  CHECK(report.passed());
  if (exploration.search == Search::kBounded) CHECK(report.complete);
}

void is_found(const Body& body) {
  const Report report = explore(random(100'000), body);
  INFO(report.text());
  CHECK(report.verdict == testkit::Verdict::kCheckFailed);
}

constexpr std::uint64_t kManySeeds = 100'000;

}  // namespace

TEST_CASE("run_queue: nothing is lost or doubled, all schedules (I-02.1)") {
  survives(bounded(2), owner_and_two_thieves<RunQueue>);
}

TEST_CASE("run_queue: nothing is lost or doubled, many seeds (I-02.1)") {
  survives(random(kManySeeds), owner_and_two_thieves<RunQueue>);
}

TEST_CASE("run_queue: late stores lose nothing (I-02.1, I-02.2)") {
  survives(random(kManySeeds, Memory::kTso),
           owner_and_two_thieves<RunQueue>);
}

TEST_CASE(
    "run_queue: the front slot has one taker, all schedules (I-02.1)") {
  survives(bounded(1), fight_for_front_slot<RunQueue>);
  survives(bounded(3), fight_for_front_slot<TinyQueue<Bug::kNone>>);
}

TEST_CASE("run_queue: the front slot has one taker, many seeds (I-02.1)") {
  survives(random(kManySeeds), fight_for_front_slot<RunQueue>);
}

TEST_CASE(
    "run_queue: an overflow loses nothing to thieves (I-02.1, I-02.3)") {
  survives(random(kManySeeds),
           overflow_and_two_thieves<TinyQueue<Bug::kNone>, 4>);
  survives(random(2'000),
           overflow_and_two_thieves<RunQueue, kRunQueueSlots>);
}

TEST_CASE("run_queue: it never seems empty while a goroutine moves in it") {
  survives(bounded(4), look_while_it_moves<RunQueue>);
  survives(random(kManySeeds, Memory::kTso), look_while_it_moves<RunQueue>);
}

TEST_CASE("run_queue: the small ring without a bug survives") {
  survives(bounded(2), owner_and_two_thieves<TinyQueue<Bug::kNone>>);
  survives(bounded(2), overflow_and_two_thieves<TinyQueue<Bug::kNone>, 4>);
  survives(bounded(4), look_while_it_moves<TinyQueue<Bug::kNone>>);
}

TEST_CASE("run_queue: a tail published before its slot is found out") {
  is_found(owner_and_two_thieves<TinyQueue<Bug::kTailBeforeSlot>>);
}

TEST_CASE("run_queue: a thief that does not check the head is found out") {
  is_found(owner_and_two_thieves<TinyQueue<Bug::kThiefDoesNotCheck>>);
}

TEST_CASE("run_queue: an owner that does not check the head is found out") {
  is_found(owner_and_two_thieves<TinyQueue<Bug::kOwnerDoesNotCheck>>);
}

TEST_CASE("run_queue: a half taken without a check is found out") {
  is_found(overflow_and_two_thieves<TinyQueue<Bug::kHalfWithoutCheck>, 4>);
}

TEST_CASE("run_queue: a front slot emptied in two steps is found out") {
  is_found(fight_for_front_slot<TinyQueue<Bug::kFrontSlotInTwoSteps>>);
}

TEST_CASE("run_queue: an emptiness test that looks once is found out") {
  is_found(look_while_it_moves<TinyQueue<Bug::kEmptyLooksOnce>>);
}

}  // namespace strata::sched
