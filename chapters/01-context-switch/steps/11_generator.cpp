/// @file
/// @brief Turns a loop that produces numbers into an object that is asked.
///
/// Story
///   Producer and consumer both want to be the loop. With a stack for each,
///   both are: `give` and `next` are two ends of the same switch.
///
/// Source
///   What would falsify it: numbers in another order than the loop makes
///   them.
#include <cstdint>
#include <cstdio>
#include <optional>

#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"

namespace {

namespace sc = strata::context;

// [doc:step-generator]
class Generator {
 public:
  using Body = void (*)(Generator&);

  Generator(sc::StackPool& pool, Body body)
      : pool_(pool), stack_(pool.acquire().stack), body_(body) {
    sc::adopt_thread(caller_);
    sc::prepare(producer_, stack_, &start, this);
  }
  ~Generator() {
    sc::destroy_fiber(producer_);
    pool_.release(stack_);
  }
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  // For who asks. Empty when the body has ended.
  std::optional<std::uint64_t> next() {
    value_.reset();
    if (!done_) sc::switch_to(anchors_, caller_, producer_, nullptr);
    return value_;
  }
  // For the body.
  void give(std::uint64_t value) {
    value_ = value;
    sc::switch_to(anchors_, producer_, caller_, nullptr);
  }

 private:
  static void start(void*, void* argument) {
    auto& self = *static_cast<Generator*>(argument);
    self.body_(self);
    self.done_ = true;
    sc::exit_to(self.anchors_, self.producer_, self.caller_, nullptr);
  }
  // [/doc:step-generator]

  sc::StackPool& pool_;
  const sc::Stack stack_;
  const Body body_;
  sc::ThreadAnchors anchors_ = sc::thread_anchors();
  sc::Context caller_;
  sc::Context producer_;
  std::optional<std::uint64_t> value_;
  bool done_ = false;
};

void fibonacci(Generator& out) {
  std::uint64_t a = 0;
  std::uint64_t b = 1;
  while (a < 100) {
    out.give(a);
    const std::uint64_t sum = a + b;
    a = b;
    b = sum;
  }
}

}  // namespace

int main() {
  sc::StackPool pool;
  Generator numbers(pool, &fibonacci);
  while (const auto number = numbers.next()) std::printf("%lu ", *number);
  std::printf("\n");
}
