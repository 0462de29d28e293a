/// @file
/// @brief Publishes a goroutine before or after it has left its stack.
///
/// Story
///   A goroutine that yields has two things to do: get into the queue, and
///   get off its stack. If it does them in this order, another thread may
///   take it while it still stands there. Two threads on one stack destroy
///   it, so here the taker looks first, counts what it saw, and waits until
///   it is safe.
#include <array>
#include <atomic>
#include <cstdio>
#include <deque>
#include <mutex>
#include <thread>

#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"

namespace {

namespace context = strata::context;

constexpr int kTurns = 100'000;  // of each goroutine
constexpr std::size_t kGs = 3;

struct G {
  context::Context context;
  context::Stack stack;
  std::atomic<bool> on_stack = false;
  int turns = 0;
};

struct M {
  context::Context g0;
  context::ThreadAnchors anchors;
};

std::mutex lock;
std::deque<G*> queue;  // guarded by lock
std::atomic<int> alive;
std::atomic<long> met;  // times a taker found somebody on the stack
bool publish_early;

void put(G& g) {
  const std::scoped_lock guard(lock);
  queue.push_back(&g);
}

G* take() {
  const std::scoped_lock guard(lock);
  if (queue.empty()) return nullptr;
  G* g = queue.front();
  queue.pop_front();
  return g;
}

// [doc:step-early]
void live(void* message, void* argument) {
  M* m = static_cast<M*>(message);
  G& self = *static_cast<G*>(argument);
  while (++self.turns < kTurns) {
    if (publish_early) put(self);  // and still we stand here
    m = static_cast<M*>(
        context::switch_to(m->anchors, self.context, m->g0, nullptr));
  }
  context::exit_to(m->anchors, self.context, m->g0, nullptr);
}
// [/doc:step-early]

// [doc:step-late]
void run_gs(M& m) {
  while (alive.load(std::memory_order_relaxed) > 0) {
    G* g = take();
    if (g == nullptr) continue;
    // Acquire: sees all that the goroutine did on the other thread.
    if (g->on_stack.load(std::memory_order_acquire)) {
      met.fetch_add(1, std::memory_order_relaxed);
      while (g->on_stack.load(std::memory_order_acquire)) {
      }
    }
    g->on_stack.store(true, std::memory_order_relaxed);
    context::switch_to(m.anchors, m.g0, g->context, &m);
    const bool ended = g->turns == kTurns;
    g->on_stack.store(false, std::memory_order_release);
    if (ended) {
      alive.fetch_sub(1, std::memory_order_relaxed);
    } else if (!publish_early) {
      put(*g);  // the debt, paid on another stack
    }
  }
}
// [/doc:step-late]

long count_meetings(bool early) {
  publish_early = early;
  met.store(0, std::memory_order_relaxed);
  alive.store(kGs, std::memory_order_relaxed);
  context::StackPool stacks;
  std::array<G, kGs> gs;
  for (G& g : gs) {
    g.stack = stacks.acquire().stack;
    context::prepare(g.context, g.stack, &live, &g);
    put(g);
  }
  const auto body = [] {
    M m;
    m.anchors = context::thread_anchors();
    context::adopt_thread(m.g0);
    run_gs(m);
  };
  std::thread other(body);
  body();
  other.join();
  for (G& g : gs) {
    context::destroy_fiber(g.context);
    stacks.release(g.stack);
  }
  return met.load(std::memory_order_relaxed);
}

}  // namespace

int main() {
  std::printf("Two threads, %zu goroutines, %d turns each.\n\n", kGs,
              kTurns);
  std::puts("  published        found on its stack by another thread");
  std::printf("  before leaving  %8ld times\n", count_meetings(true));
  std::printf("  after leaving   %8ld times\n", count_meetings(false));
  std::puts("\nEach meeting would have been two threads on one stack.");
}
