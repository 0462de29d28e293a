/// @file
/// @brief Lets a page play with the real run queue: two Ps, two rings.
///
/// Story
///   The page compiles layer 2's run_queue.hpp, steal.cpp and
///   global_queue.cpp as they are, to WebAssembly, and calls them through
///   the functions below.
///   Numbers are all that crosses the border, so the page needs no glue.
///   The build is a checked one: rings of four slots, and asserts that
///   watch. There is one thread; who interleaves with whom is the reader's
///   choice of buttons.
///
/// Not done
///   Text across the border, and a heap: formatting and malloc would each
///   weigh more than all the rest. The one allocation there is, the global
///   queue's room, comes out of an array.
#include <cstddef>
#include <cstdint>
#include <new>

#include "../../chapters/02-scheduler/src/global_queue.hpp"
#include "strata/base/assert.hpp"
#include "strata/sched/run_queue.hpp"

#define STRATA_EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace strata::sched {

/// Stands in for the layer's record: the queues handle pointers only.
struct G {
  /// Number of the goroutine, from 1.
  std::uint32_t number;
};

/// Looks into a queue, as the layer's tests do.
struct RunQueueTestAccess {
  /// Reads how many were ever taken. @param queue which.
  static std::uint32_t head(const RunQueue& queue) {
    // relaxed: there is one thread.
    return queue.head_.load(std::memory_order_relaxed);
  }
  /// Reads how many were ever put. @param queue which.
  static std::uint32_t tail(const RunQueue& queue) {
    // relaxed: there is one thread.
    return queue.tail_.load(std::memory_order_relaxed);
  }
  /// Reads the front slot. @param queue which.
  static const G* next(const RunQueue& queue) {
    // relaxed: there is one thread.
    return queue.next_.load(std::memory_order_relaxed);
  }
  /// Reads a slot, also one that is not in use. @param queue which.
  /// @param slot below kRunQueueSlots.
  static const G* slot(const RunQueue& queue, std::uint32_t slot) {
    // relaxed: there is one thread.
    return queue.slots_[slot].load(std::memory_order_relaxed);
  }
};

}  // namespace strata::sched

namespace strata::detail {

// What failed is in the browser's console as a trap with its stack.
void assert_failed(std::string_view, std::string_view, SourcePlace) {
  __builtin_trap();
}

}  // namespace strata::detail

// Gives out an array from its start to its end; nothing comes back.
void* operator new[](std::size_t bytes) {
  alignas(std::max_align_t) static std::byte arena[8192];
  static std::size_t used = 0;
  STRATA_ASSERT(bytes <= sizeof(arena) - used, "the arena is large enough");
  std::byte* block = arena + used;
  used += (bytes + alignof(std::max_align_t) - 1) &
          ~(alignof(std::max_align_t) - 1);
  return block;
}

void operator delete[](void*) noexcept {}

namespace {

using strata::sched::G;
using strata::sched::GlobalQueue;
using strata::sched::kRunQueueSlots;
using strata::sched::RunQueue;
using Access = strata::sched::RunQueueTestAccess;

constexpr std::uint32_t kPs = 2;
constexpr std::uint32_t kGs = 999;

G records[kGs];
RunQueue queues[kPs];
GlobalQueue global_queue;

RunQueue& queue_of(std::uint32_t p) { return queues[p % kPs]; }
G& record_of(std::uint32_t number) { return records[(number - 1) % kGs]; }
std::uint32_t number_of(const G* g) { return g == nullptr ? 0 : g->number; }

}  // namespace

// ---- what the buttons do; a goroutine is its number, 0 is none

STRATA_EXPORT(start) void start() {
  for (std::uint32_t i = 0; i < kGs; ++i) records[i].number = i + 1;
  GlobalQueue::Room room = GlobalQueue::make_room(kGs);
  global_queue.adopt(room);
}

STRATA_EXPORT(put) bool put(std::uint32_t p, std::uint32_t g) {
  return queue_of(p).put(record_of(g));
}

STRATA_EXPORT(put_next)
std::uint32_t put_next(std::uint32_t p, std::uint32_t g) {
  return number_of(queue_of(p).put_next(record_of(g)));
}

STRATA_EXPORT(get) std::uint32_t get(std::uint32_t p) {
  return number_of(queue_of(p).get().g);
}

STRATA_EXPORT(steal) std::uint32_t steal(std::uint32_t p) {
  return number_of(queue_of(p).steal_from(queue_of(p + 1), true));
}

// As `overflow` in schedule.cpp: half of the ring, and `g` behind it.
STRATA_EXPORT(overflow)
std::uint32_t overflow(std::uint32_t p, std::uint32_t g) {
  G* half[kRunQueueSlots / 2];
  const std::uint32_t count = queue_of(p).take_half(half);
  if (count == 0) return 0;
  for (std::uint32_t i = 0; i < count; ++i) global_queue.push(*half[i]);
  global_queue.push(record_of(g));
  return count;
}

STRATA_EXPORT(pop_global) std::uint32_t pop_global() {
  return number_of(global_queue.pop());
}

// ---- what the picture shows

STRATA_EXPORT(slots) std::uint32_t slots() { return kRunQueueSlots; }
STRATA_EXPORT(head) std::uint32_t head(std::uint32_t p) {
  return Access::head(queue_of(p));
}
STRATA_EXPORT(tail) std::uint32_t tail(std::uint32_t p) {
  return Access::tail(queue_of(p));
}
STRATA_EXPORT(next) std::uint32_t next(std::uint32_t p) {
  return number_of(Access::next(queue_of(p)));
}
STRATA_EXPORT(slot)
std::uint32_t slot(std::uint32_t p, std::uint32_t index) {
  return number_of(Access::slot(queue_of(p), index % kRunQueueSlots));
}
STRATA_EXPORT(size) std::uint32_t size(std::uint32_t p) {
  return queue_of(p).size();
}
STRATA_EXPORT(global_size) std::uint32_t global_size() {
  return global_queue.size();
}
