/// @file
/// @brief Tests that code under exploration may switch stacks itself.

#include "strata/testkit/explorer.hpp"

#include "strata/testkit/catch.hpp"

#include <ucontext.h>

#include <memory>

namespace strata::testkit {
namespace {

// A stack of its own inside a virtual thread, as a goroutine has one.
class InnerStack {
 public:
  explicit InnerStack(int& progress) : progress_(progress) {}

  void run() {
    getcontext(&inner_);
    inner_.uc_stack.ss_sp = bytes_.get();
    inner_.uc_stack.ss_size = kBytes;
    inner_.uc_link = &outer_;
    const auto self = reinterpret_cast<std::uintptr_t>(this);
    makecontext(&inner_, reinterpret_cast<void (*)()>(&InnerStack::enter),
                2, static_cast<unsigned>(self),
                static_cast<unsigned>(self >> 32));
    swapcontext(&outer_, &inner_);
  }

 private:
  static constexpr std::size_t kBytes = std::size_t{128} << 10;

  static void enter(unsigned low, unsigned high) {
    const auto self = (static_cast<std::uintptr_t>(high) << 32) | low;
    auto& stack = *reinterpret_cast<InnerStack*>(self);
    for (int i = 0; i < 3; ++i) {
      step("on the inner stack");
      ++stack.progress_;
    }
  }

  int& progress_;
  ucontext_t inner_;
  ucontext_t outer_;
  std::unique_ptr<std::byte[]> bytes_ =
      std::make_unique<std::byte[]>(kBytes);
};

}  // namespace

TEST_CASE("fiber: threads are switched on stacks the explorer never saw") {
  const Report report = explore({.seeds = 300}, [](World& world) {
    int progress[2] = {0, 0};
    for (int& mine : progress) {
      world.thread("switcher", [&mine] {
        step("before");
        InnerStack(mine).run();
        step("after");
        check(mine == 3, "the inner stack ran to its end");
      });
    }
    world.run();
  });
  INFO(report.text());
  CHECK(report.passed());
}

TEST_CASE("fiber: a failure on an inner stack is reported") {
  const Report report = explore({.seeds = 10}, [](World& world) {
    int progress = 0;
    world.always("it stays below 2", [&] { return progress < 2; });
    world.thread("switcher", [&] { InnerStack(progress).run(); });
    world.run();
  });
  CHECK(report.verdict == Verdict::kCheckFailed);
}

}  // namespace strata::testkit
