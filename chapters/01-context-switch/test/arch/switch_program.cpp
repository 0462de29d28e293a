/// @file
/// @brief Tests the switch by itself, with nothing but a C++ compiler.
///
/// For processors that the build machine has only a cross compiler and an
/// emulator for: no test library, no Boost, own assembly only.
#include <sys/mman.h>
#include <unwind.h>

#include <cerrno>
#include <cfenv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <vector>

#include "strata/context/switch.hpp"

namespace {

using namespace strata::context;  // NOLINT: the layer under test

int g_passed = 0;
int g_failed = 0;

void check(bool right, const char* claim) {
  std::printf("%s: %s\n", right ? "ok" : "FAILED", claim);
  ++(right ? g_passed : g_failed);
}

constexpr std::size_t kBytes = 64 * 1024;

// A stack of its own, a body, and the way back.
class Flow {
 public:
  using Body = void (*)(Flow&);

  explicit Flow(Body body) : body_(body) {
    void* memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack_.lo = static_cast<std::byte*>(memory);
    stack_.hi = stack_.lo + kBytes;
    detail::prepare_with<detail::AsmBackend>(self_, stack_, &start, this);
  }
  ~Flow() { munmap(stack_.lo, kBytes); }
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  void* resume(void* message = nullptr) {
    return detail::switch_with<detail::AsmBackend>(anchors_, outside_,
                                                   self_, message);
  }
  void* pause(void* message = nullptr) {
    return detail::switch_with<detail::AsmBackend>(anchors_, self_,
                                                   outside_, message);
  }
  bool done() const { return done_; }

  int value = 0;

 private:
  static void start(void*, void* argument) {
    Flow& flow = *static_cast<Flow*>(argument);
    flow.body_(flow);
    flow.done_ = true;
    detail::exit_with<detail::AsmBackend>(flow.anchors_, flow.self_,
                                          flow.outside_, nullptr);
  }

  Body body_;
  Stack stack_;
  Context self_;
  Context outside_;
  ThreadAnchors anchors_ = thread_anchors();
  bool done_ = false;
};

void test_messages() {
  Flow flow([](Flow& self) {
    void* message = nullptr;
    for (int i = 0; i < 3; ++i) message = self.pause(message);
  });
  int words[3];
  flow.resume();
  bool right = true;
  for (int& word : words) {
    const bool last = &word == &words[2];  // then the flow has ended
    right &= flow.resume(&word) == (last ? nullptr : &word);
  }
  check(right && flow.done(), "a message arrives unchanged, both ways");
}

void test_errno() {
  Flow flow([](Flow& self) {
    errno = EDOM;
    self.pause();
    self.value = errno;
  });
  errno = EPERM;
  flow.resume();
  const bool kept = errno == EPERM;
  flow.resume();
  check(kept && flow.value == EDOM, "errno travels with the flow");
}

void test_exceptions() {
  Flow flow([](Flow& self) {
    try {
      throw std::runtime_error("inside");
    } catch (const std::runtime_error&) {
      self.pause();
      try {
        throw;
      } catch (const std::runtime_error&) {
        self.value = 1;
      }
    }
  });
  flow.resume();
  try {
    throw 5;
  } catch (int) {
    flow.resume();
  }
  check(flow.value == 1, "a flow pauses in a handler and throws again");
}

void test_rounding() {
  Flow flow([](Flow& self) {
    std::fesetround(FE_UPWARD);
    self.pause();
    self.value = std::fegetround() == FE_UPWARD ? 1 : 0;
  });
  flow.resume();
  const bool kept = std::fegetround() == FE_TONEAREST;
  std::fesetround(FE_DOWNWARD);
  flow.resume();
  const bool still = std::fegetround() == FE_DOWNWARD;
  std::fesetround(FE_TONEAREST);
  check(kept && still && flow.value == 1, "rounding stays with its flow");
}

_Unwind_Reason_Code count_frame(_Unwind_Context*, void* argument) {
  int& frames = *static_cast<int*>(argument);
  return ++frames < 1000 ? _URC_NO_REASON : _URC_END_OF_STACK;
}

void test_unwinding() {
  Flow flow([](Flow& self) {
    self.pause();
    _Unwind_Backtrace(&count_frame, &self.value);
  });
  flow.resume();
  flow.resume();
  check(flow.value >= 3 && flow.value < 20,
        "an unwinder stops at the start");
}

#if defined(__aarch64__)
// Fills the callee-saved registers with a pattern, calls, compares.
[[gnu::noinline]] int registers_lost(Flow& flow, bool inside,
                                     std::uint64_t seed) {
  register std::uint64_t a asm("x19") = seed + 1;
  register std::uint64_t b asm("x23") = seed + 2;
  register std::uint64_t c asm("x28") = seed + 3;
  register double d asm("d8") = static_cast<double>(seed) + 0.5;
  register double e asm("d15") = static_cast<double>(seed) + 0.25;
  asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+w"(d), "+w"(e));
  inside ? flow.pause() : flow.resume();
  asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+w"(d), "+w"(e));
  return (a != seed + 1) + (b != seed + 2) + (c != seed + 3) +
         (d != static_cast<double>(seed) + 0.5) +
         (e != static_cast<double>(seed) + 0.25);
}
#else
int registers_lost(Flow& flow, bool inside, std::uint64_t) {
  inside ? flow.pause() : flow.resume();
  return 0;
}
#endif

void test_registers() {
  Flow flow([](Flow& self) {
    for (std::uint64_t i = 0; i < 10'000; ++i) {
      self.value += registers_lost(self, true, i << 20);
    }
  });
  int lost = 0;
  for (std::uint64_t i = 0; !flow.done(); ++i) {
    lost += registers_lost(flow, false, i << 40);
  }
  check(lost + flow.value == 0, "callee-saved registers survive");
}

void test_many() {
  std::vector<std::unique_ptr<Flow>> flows;
  for (int i = 0; i < 1000; ++i) {
    flows.push_back(std::make_unique<Flow>([](Flow& self) {
      for (int round = 0; round < 3; ++round) {
        ++self.value;
        self.pause();
      }
    }));
  }
  for (int round = 0; round < 4; ++round) {
    for (auto& flow : flows) flow->resume();
  }
  int sum = 0;
  for (auto& flow : flows) sum += flow->done() ? flow->value : 0;
  check(sum == 3000, "a thousand flows take turns");
}

}  // namespace

int main() {
  test_messages();
  test_errno();
  test_exceptions();
  test_rounding();
  test_unwinding();
  test_registers();
  test_many();
  std::printf("%d passed, %d failed\n", g_passed, g_failed);
  return g_failed == 0 ? 0 : 1;
}
