/// @file
/// @brief Tests switches between stacks, each with both backends.
#include "strata/context/switch.hpp"

#include <unwind.h>

#include <cerrno>
#include <cfenv>
#include <cstdint>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "flow.hpp"
#include "strata/testkit/catch.hpp"

namespace {

using namespace strata::context;  // NOLINT: the layer under test
using detail::AsmBackend;
using detail::FcontextBackend;
using test::Flow;

// TSan counts every flow as a thread and has room for some thousands.
constexpr int kManyFlows = test::kSanitized ? 1'000 : 100'000;

}  // namespace

TEMPLATE_TEST_CASE("switch: two flows take turns", "", AsmBackend,
                   FcontextBackend) {
  StackPool pool;
  std::string said;
  Flow<TestType> flow(pool, [&](auto& self) {
    for (char letter = 'a'; letter <= 'c'; ++letter) {
      said += letter;
      self.pause();
    }
  });
  for (char digit = '1'; !flow.done(); ++digit) {
    said += digit;
    flow.resume();
  }
  CHECK(said == "1a2b3c4");
}

namespace {

struct Echo {
  ThreadAnchors anchors = thread_anchors();
  Context outside;
  Context inside;
  void* first = nullptr;
};

template <class Backend>
void echo_entry(void* message, void* argument) {
  Echo& echo = *static_cast<Echo*>(argument);
  echo.first = message;
  for (;;) {
    message = detail::switch_with<Backend>(echo.anchors, echo.inside,
                                           echo.outside, message);
  }
}

}  // namespace

TEMPLATE_TEST_CASE("switch: a message arrives unchanged, both ways", "",
                   AsmBackend, FcontextBackend) {
  StackPool pool;
  const Stack stack = pool.acquire().stack;
  Echo echo;
  adopt_thread(echo.outside);
  detail::prepare_with<TestType>(echo.inside, stack, &echo_entry<TestType>,
                                 &echo);
  int words[3];
  for (int& word : words) {
    void* back = detail::switch_with<TestType>(echo.anchors, echo.outside,
                                               echo.inside, &word);
    CHECK(back == &word);
  }
  CHECK(detail::switch_with<TestType>(echo.anchors, echo.outside,
                                      echo.inside, nullptr) == nullptr);
  CHECK(echo.first == &words[0]);
  destroy_fiber(echo.inside);
  pool.release(stack);
}

TEMPLATE_TEST_CASE(
    "switch: a saved stack pointer lies in the stack (I-01.2)", "",
    AsmBackend, FcontextBackend) {
  StackPool pool;
  Flow<TestType> flow(pool, [](auto& self) { self.pause(); });
  flow.resume();
  CHECK(flow.stack().contains(flow.context().saved_sp()));
  flow.resume();
}

TEMPLATE_TEST_CASE("switch: a flow starts aligned (I-01.4)", "", AsmBackend,
                   FcontextBackend) {
  StackPool pool;
  // Every color, and sizes that are no power of two inside.
  std::vector<std::unique_ptr<Flow<TestType>>> flows;
  for (int i = 0; i < 64; ++i) {
    flows.push_back(std::make_unique<Flow<TestType>>(pool, [](auto&) {
      alignas(32) double values[4] = {1, 2, 3, 4};
      CHECK(reinterpret_cast<std::uintptr_t>(&values) % 32 == 0);
      char text[32];
      std::snprintf(text, sizeof text, "%.1Lf", 1.5L + values[1]);
      CHECK(std::string(text) == "3.5");
    }));
    flows.back()->resume();
    CHECK(flows.back()->done());
  }
}

TEMPLATE_TEST_CASE("switch: errno travels with the flow (I-01.5)", "",
                   AsmBackend, FcontextBackend) {
  StackPool pool;
  // errno is read by functions that are called anew: compilers may keep its
  // address over a switch, which is right here, on one thread.
  Flow<TestType> flow(pool, [](auto& self) {
    CHECK(errno == 0);
    errno = EDOM;
    self.pause();
    CHECK(errno == EDOM);
    errno = ERANGE;
    self.pause();
    CHECK(errno == ERANGE);
  });
  errno = EPERM;
  flow.resume();
  CHECK(errno == EPERM);
  errno = ENOENT;
  flow.resume();
  CHECK(errno == ENOENT);
  flow.resume();
  CHECK(flow.done());
}

TEST_CASE("switch: errno clobbered on a flow's behalf can be put back") {
  StackPool pool;
  const Stack stack = pool.acquire().stack;
  Context outside;
  adopt_thread(outside);
  Context inside;
  const ThreadAnchors anchors = thread_anchors();
  struct Ends {
    const ThreadAnchors& anchors;
    Context& inside;
    Context& outside;
  } ends{anchors, inside, outside};
  prepare(
      inside, stack,
      [](void*, void* argument) {
        auto& all = *static_cast<Ends*>(argument);
        errno = ERANGE;
        exit_to(all.anchors, all.inside, all.outside, nullptr);
      },
      &ends);
  *anchors.errno_address = EDOM;
  switch_to(anchors, outside, inside, nullptr);
  *anchors.errno_address = EIO;
  restore_errno(anchors, outside);
  CHECK(*anchors.errno_address == EDOM);
  destroy_fiber(inside);
  pool.release(stack);
}

TEMPLATE_TEST_CASE("switch: a flow may throw and catch", "", AsmBackend,
                   FcontextBackend) {
  StackPool pool;
  std::string caught;
  Flow<TestType> flow(pool, [&](auto& self) {
    try {
      self.pause();
      throw std::runtime_error("inside");
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
  });
  flow.resume();
  flow.resume();
  CHECK(flow.done());
  CHECK(caught == "inside");
}

namespace {

// Pauses while its frame is being unwound.
template <class Pausing>
struct PausesInDestructor {
  Pausing& flow;
  int& wrong;
  ~PausesInDestructor() {
    for (int i = 0; i < 3; ++i) {
      if (std::uncaught_exceptions() != 1) ++wrong;
      flow.pause();
    }
    if (std::uncaught_exceptions() != 1) ++wrong;
  }
};

// Throws, pauses during unwinding and in the handler, and compares what it
// caught with what it threw.
// [doc:test-throw-and-pause]
template <class Pausing>
void throw_and_pause(Pausing& flow, int id, int rounds, int& wrong) {
  for (int round = 0; round < rounds; ++round) {
    const int thrown = id * 1000 + round;
    if (std::uncaught_exceptions() != 0) ++wrong;
    try {
      PausesInDestructor<Pausing> pauses{flow, wrong};
      throw thrown;
    } catch (int outer) {
      flow.pause();
      try {
        throw thrown + 1;
      } catch (int inner) {
        flow.pause();
        if (inner != thrown + 1) ++wrong;
      }
      flow.pause();
      try {
        throw;  // needs the right exception on top
      } catch (int again) {
        if (again != thrown) ++wrong;
      }
      if (outer != thrown) ++wrong;
    }
  }
}
// [/doc:test-throw-and-pause]

}  // namespace

TEMPLATE_TEST_CASE("switch: caught and uncaught exceptions travel (I-01.5)",
                   "", AsmBackend, FcontextBackend) {
  StackPool pool;
  int wrong = 0;
  std::vector<std::unique_ptr<Flow<TestType>>> flows;
  for (int id = 0; id < 8; ++id) {
    flows.push_back(
        std::make_unique<Flow<TestType>>(pool, [&wrong, id](auto& self) {
          throw_and_pause(self, id, 200, wrong);
        }));
  }
  for (bool any = true; any;) {
    any = false;
    for (auto& flow : flows) {
      if (flow->done()) continue;
      any = true;
      flow->resume();
      if (std::uncaught_exceptions() != 0) ++wrong;
    }
  }
  CHECK(wrong == 0);
}

TEMPLATE_TEST_CASE(
    "switch: a flow goes on with its exceptions elsewhere (I-01.6)", "",
    AsmBackend, FcontextBackend) {
  StackPool pool;
  int wrong = 0;
  Flow<TestType> flow(
      pool, [&wrong](auto& self) { throw_and_pause(self, 1, 10, wrong); });
  // Each step on another thread, alternating with this one.
  while (!flow.done()) {
    std::thread([&] { flow.resume(); }).join();
    if (!flow.done()) flow.resume();
  }
  CHECK(wrong == 0);
}

namespace {

// Finds by arithmetic how doubles are rounded. On x86 they are computed by
// another unit than the one that fegetround asks, with a control word of
// its own.
int rounding_of_doubles() {
  const volatile double one = 1.0;
  const volatile double three = 3.0;
  constexpr double kNearest = 1.0 / 3.0;
  const volatile double third = one / three;
  const volatile double minus_third = -one / three;
  if (third > kNearest) return FE_UPWARD;
  return minus_third < -kNearest ? FE_DOWNWARD : FE_TONEAREST;
}

bool rounds(int mode) {
  return std::fegetround() == mode && rounding_of_doubles() == mode;
}

}  // namespace

TEMPLATE_TEST_CASE("switch: rounding modes stay with their flow (I-01.7)",
                   "", AsmBackend, FcontextBackend) {
  StackPool pool;
  Flow<TestType> flow(pool, [](auto& self) {
    CHECK(rounds(FE_TONEAREST));
    std::fesetround(FE_UPWARD);
    self.pause();
    CHECK(rounds(FE_UPWARD));
    std::fesetround(FE_DOWNWARD);
    self.pause();
    CHECK(rounds(FE_DOWNWARD));
  });
  for (int i = 0; i < 3; ++i) {
    flow.resume();
    CHECK(rounds(FE_TONEAREST));
  }
  CHECK(flow.done());
}

#if defined(__x86_64__)
namespace {

// Fills the callee-saved registers from `seed`, calls `f(argument)` and
// counts those that came back changed. Runs above the red zone.
int registers_lost(void (*f)(void*), void* argument, std::uint64_t seed) {
  auto lost = reinterpret_cast<std::uint64_t>(f);  // rax: in f, out lost
  asm volatile(
      "movq %%rsp, %%r15\n\t"
      "subq $256, %%rsp\n\t"
      "andq $-16, %%rsp\n\t"
      "movq %%rdx, %%rbx\n\t"
      "leaq 1(%%rbx), %%r12\n\t"
      "leaq 2(%%rbx), %%r13\n\t"
      "leaq 3(%%rbx), %%r14\n\t"
      "movq %%rbx, (%%rsp)\n\t"
      "callq *%%rax\n\t"
      "xorl %%eax, %%eax\n\t"
      "xorl %%ecx, %%ecx\n\t"
      "movq (%%rsp), %%rdx\n\t"
      "cmpq %%rdx, %%rbx\n\t"
      "setne %%cl\n\t"
      "addl %%ecx, %%eax\n\t"
      "leaq 1(%%rdx), %%rsi\n\t"
      "cmpq %%rsi, %%r12\n\t"
      "setne %%cl\n\t"
      "addl %%ecx, %%eax\n\t"
      "leaq 2(%%rdx), %%rsi\n\t"
      "cmpq %%rsi, %%r13\n\t"
      "setne %%cl\n\t"
      "addl %%ecx, %%eax\n\t"
      "leaq 3(%%rdx), %%rsi\n\t"
      "cmpq %%rsi, %%r14\n\t"
      "setne %%cl\n\t"
      "addl %%ecx, %%eax\n\t"
      "movq %%r15, %%rsp\n\t"
      : "+a"(lost), "+D"(argument), "+d"(seed)
      :
      : "rbx", "rcx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
        "r15", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",
        "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
        "xmm15", "cc", "memory");
  return static_cast<int>(lost);
}

}  // namespace

TEMPLATE_TEST_CASE("switch: callee-saved registers survive (I-01.7)", "",
                   AsmBackend, FcontextBackend) {
  StackPool pool;
  int lost = 0;
  constexpr std::uint64_t kRounds = 2000;
  const auto soak = [&lost](Flow<TestType>& self, std::uint64_t id) {
    for (std::uint64_t round = 0; round < kRounds; ++round) {
      lost += registers_lost(
          [](void* flow) { static_cast<Flow<TestType>*>(flow)->pause(); },
          &self, (id << 48) + round * 0x10001);
    }
  };
  std::vector<std::unique_ptr<Flow<TestType>>> flows;
  for (std::uint64_t id = 1; id <= 4; ++id) {
    flows.push_back(std::make_unique<Flow<TestType>>(
        pool, [&soak, id](auto& self) { soak(self, id); }));
  }
  while (!flows.back()->done()) {
    for (auto& flow : flows) {
      lost += registers_lost(
          [](void* raw) { static_cast<Flow<TestType>*>(raw)->resume(); },
          flow.get(), 0x5eed);
    }
  }
  CHECK(lost == 0);
}
#endif

TEMPLATE_TEST_CASE("switch: a hundred thousand flows in a ring", "",
                   AsmBackend, FcontextBackend) {
  StackPool pool;
  std::vector<std::unique_ptr<Flow<TestType>>> flows;
  std::int64_t sum = 0;
  for (int i = 0; i < kManyFlows; ++i) {
    flows.push_back(std::make_unique<Flow<TestType>>(
        pool,
        [&sum, i](auto& self) {
          for (int round = 0; round < 3; ++round) {
            sum += i;
            self.pause();
          }
        },
        kMinStackBytes));
  }
  for (int round = 0; round < 4; ++round) {
    for (auto& flow : flows) flow->resume();
  }
  CHECK(sum == std::int64_t{3} * kManyFlows * (kManyFlows - 1) / 2);
  for (auto& flow : flows) REQUIRE(flow->done());
}

namespace {

struct Walk {
  int frames = 0;
  bool outermost_is_entry = false;
};

_Unwind_Reason_Code count_frame(_Unwind_Context*, void* argument) {
  auto& walk = *static_cast<Walk*>(argument);
  return ++walk.frames < 1000 ? _URC_NO_REASON : _URC_END_OF_STACK;
}

// Deep enough to tell a walk that found something from one that did not.
template <class Pausing>
[[gnu::noinline]] int walk_deep(Pausing& flow, Walk& walk, int depth) {
  if (depth > 0) return walk_deep(flow, walk, depth - 1) + 1;
  flow.pause();
  _Unwind_Backtrace(&count_frame, &walk);
  return 0;
}

}  // namespace

TEMPLATE_TEST_CASE("switch: an unwinder stops at the first frame (I-01.4)",
                   "", AsmBackend, FcontextBackend) {
  StackPool pool;
  Walk walk;
  int depth = 0;
  Flow<TestType> flow(
      pool, [&](auto& self) { depth = walk_deep(self, walk, 20); });
  flow.resume();
  flow.resume();
  CHECK(flow.done());
  CHECK(walk.frames > 3);
  CHECK(walk.frames < 100);
  CHECK(depth == 20);
}

TEMPLATE_TEST_CASE("switch: a stack serves one flow after another", "",
                   AsmBackend, FcontextBackend) {
  StackPool pool;
  const std::byte* first = nullptr;
  int ended = 0;
  for (int i = 0; i < 1000; ++i) {
    Flow<TestType> flow(pool, [&ended](auto& self) {
      // Leaves a frame behind that no return ever cleans up.
      char local[512];
      std::snprintf(local, sizeof local, "%d", ended);
      if (local[0] != 0) ++ended;
      self.pause();
    });
    if (first == nullptr) first = flow.stack().lo;
    CHECK(flow.stack().lo == first);
    flow.resume();
    flow.resume();
  }
  CHECK(ended == 1000);
}
