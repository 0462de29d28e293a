/// @file
/// @brief Makes a million guarded stacks, then sends a million flows over
/// few.
///
/// Story
///   First the stacks all exist at once, untouched: what is paid is address
///   space, guards and page tables. Then they are given back, and a million
///   flows live one after another: each runs on the stack that was released
///   last, so that one stack is enough.
#include <chrono>
#include <cstdio>
#include <set>
#include <vector>

#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"
#include "strata/os/mapping.hpp"

namespace {

namespace sc = strata::context;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMillion = 1'000'000;

double ns_since(Clock::time_point start) {
  return std::chrono::duration<double, std::nano>(Clock::now() - start)
      .count();
}

// [doc:figure-million]
void all_at_once() {
  sc::StackPool pool;
  std::vector<sc::Stack> all(kMillion);
  const std::size_t mappings = strata::os::mapping_count();
  const std::size_t resident = strata::os::resident_bytes();
  const std::size_t tables = strata::os::page_table_bytes();
  const auto start = Clock::now();
  const std::size_t made = pool.acquire_many(sc::kDefaultStackBytes, all);
  const double each_ns = ns_since(start) / static_cast<double>(made);
  std::printf(
      "at once: %zu stacks, %zu GiB of addresses, %zu more mappings\n"
      "         each: %.0f ns, %zu bytes of page tables, %zu of memory\n",
      made, pool.stats().reserved_bytes >> 30,
      strata::os::mapping_count() - mappings, each_ns,
      (strata::os::page_table_bytes() - tables) / made,
      (strata::os::resident_bytes() - resident) / made);
  pool.release_many(std::span(all).first(made));
}
// [/doc:figure-million]

struct Life {
  sc::ThreadAnchors anchors = sc::thread_anchors();
  sc::Context outside;
  sc::Context inside;
};

void live(void*, void* argument) {
  Life& life = *static_cast<Life*>(argument);
  sc::exit_to(life.anchors, life.inside, life.outside, nullptr);
}

void one_after_another() {
  sc::StackPool pool;
  Life life;
  sc::adopt_thread(life.outside);
  std::set<const std::byte*> seen;
  const auto start = Clock::now();
  for (std::size_t i = 0; i < kMillion; ++i) {
    const sc::Stack stack = pool.acquire().stack;
    if (i % 1000 == 0) seen.insert(stack.lo);
    sc::prepare(life.inside, stack, &live, &life);
    sc::switch_to(life.anchors, life.outside, life.inside, nullptr);
    sc::flow_ended(life.inside);
    pool.release(stack);
  }
  const double ns = ns_since(start);
  sc::destroy_fiber(life.inside);
  std::printf(
      "in turn: %zu flows, %zu stack used\n"
      "         each: %.0f ns from acquire to release\n",
      kMillion, seen.size(), ns / kMillion);
}

}  // namespace

int main() {
  all_at_once();
  one_after_another();
}
