/// @file
/// @brief Prints what a switch costs among 2 to 2,049 flows, without and
///        with stacks that start at different colors.
///
/// Story
///   A flow that comes back finds its top frames wherever the cache put
///   them. Equal offsets in a page share a handful of cache sets; 32
///   starting lines spread over half of them. Each round runs both
///   arrangements, so that what else the machine does falls on both.
///
/// Source
///   What would falsify it: both columns alike at 64 to 1,024 flows.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"

namespace {

namespace sc = strata::context;

constexpr int kSwitches = 1 << 17;
constexpr int kRounds = 41;

// Flows in a ring; the measuring thread is the last of them.
class Ring {
 public:
  Ring(sc::StackPool& pool, std::size_t flows, bool colored)
      : pool_(pool), stacks_(flows), contexts_(flows + 1), places_(flows) {
    if (pool.acquire_many(sc::kDefaultStackBytes, stacks_) != flows) {
      std::abort();
    }
    sc::adopt_thread(contexts_[flows]);
    for (std::size_t i = 0; i < flows; ++i) {
      sc::Stack stack = stacks_[i];
      if (!colored) stack.hi = stack.lo + stack.limit_bytes();
      places_[i] = {.ring = this, .index = i};
      sc::prepare(contexts_[i], stack, &run, &places_[i]);
    }
  }
  ~Ring() {
    for (sc::Context& context : contexts_) sc::destroy_fiber(context);
    pool_.release_many(stacks_);
  }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  void go_round() { go_on(stacks_.size()); }

 private:
  struct Place {
    Ring* ring;
    std::size_t index;
  };

  static void run(void*, void* argument) {
    const Place place = *static_cast<Place*>(argument);
    for (;;) place.ring->go_on(place.index);
  }
  void go_on(std::size_t from) {
    const std::size_t to = from == stacks_.size() ? 0 : from + 1;
    sc::switch_to(anchors_, contexts_[from], contexts_[to], nullptr);
  }

  sc::StackPool& pool_;
  sc::ThreadAnchors anchors_ = sc::thread_anchors();
  std::vector<sc::Stack> stacks_;
  std::vector<sc::Context> contexts_;
  std::vector<Place> places_;
};

double time_once(Ring& ring, int switches) {
  const auto start = std::chrono::steady_clock::now();
  const int rounds = kSwitches / switches;
  for (int i = 0; i < rounds; ++i) ring.go_round();
  const std::chrono::duration<double, std::nano> spent =
      std::chrono::steady_clock::now() - start;
  return spent.count() / (static_cast<double>(rounds) * switches);
}

void print_row(sc::StackPool& pool, std::size_t flows) {
  const int switches = static_cast<int>(flows) + 1;
  Ring same(pool, flows, false);
  Ring colored(pool, flows, true);
  same.go_round();
  colored.go_round();
  double same_ns = 1e9;
  double colored_ns = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    same_ns = std::min(same_ns, time_once(same, switches));
    colored_ns = std::min(colored_ns, time_once(colored, switches));
  }
  std::printf("%6zu  %8.1f ns  %8.1f ns  %6.2f\n", flows, same_ns,
              colored_ns, colored_ns / same_ns);
}

}  // namespace

int main() {
  std::printf(" flows  same start  32 colors    ratio\n");
  sc::StackPool pool;
  for (std::size_t flows = 1; flows <= 2'048; flows *= 2) {
    print_row(pool, flows);
  }
}
