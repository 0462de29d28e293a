/// @file
/// @brief Tests a switch in random orders, and with other control words.
// strata-private-f5d6be82cec6a7d5
#include <cfenv>
#include <memory>
#include <vector>

#include "../support/flow.hpp"
#include "../support/registers.hpp"
#include "../support/rounding.hpp"
#include "../support/seed.hpp"
#include "strata/base/rng.hpp"
#include "strata/testkit/catch.hpp"

namespace {

using namespace strata::context;       // NOLINT: the layer under test
using namespace strata::context::lab;  // NOLINT: the tests' own

constexpr int kModes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD,
                          FE_TOWARDZERO};

struct Soak {
  int lost = 0;
  int wrong_rounding = 0;
};

void soak(AsmFlow& self, std::uint64_t id, Soak& found) {
  const int mode = kModes[id % 4];
  std::fesetround(mode);
  for (std::uint64_t round = 0; round < 100; ++round) {
    found.lost += registers_lost(
        [](void* flow) { static_cast<AsmFlow*>(flow)->pause(); }, &self,
        (id << 36) + round * 0x20003);
    if (std::fegetround() != mode) ++found.wrong_rounding;
  }
}

}  // namespace

TEST_CASE("jump: a hundred flows in random order keep all they have") {
  const std::uint64_t seed = chosen_seed();
  INFO("STRATA_SEED=" << seed);
  strata::Rng rng(seed);
  StackPool pool;
  Soak found;
  std::vector<std::unique_ptr<AsmFlow>> flows;
  for (std::uint64_t id = 1; id <= 100; ++id) {
    flows.push_back(std::make_unique<AsmFlow>(
        pool, [&found, id](AsmFlow& self) { soak(self, id, found); },
        kMinStackBytes << rng.below(4)));
  }
  while (!flows.empty()) {
    auto& next = flows[rng.below(static_cast<std::uint32_t>(flows.size()))];
    found.lost += registers_lost(
        [](void* raw) { static_cast<AsmFlow*>(raw)->resume(); }, next.get(),
        rng.next64() >> 20);
    if (!next->done()) continue;
    std::swap(next, flows.back());
    flows.pop_back();
  }
  CHECK(found.lost == 0);
  CHECK(found.wrong_rounding == 0);
  CHECK(rounds(FE_TONEAREST));
}

#if defined(__x86_64__)
namespace {

// The control words themselves: MXCSR without its flags, and the x87 one.
struct ControlWords {
  std::uint32_t mxcsr = 0;
  std::uint16_t x87 = 0;
  bool operator==(const ControlWords&) const = default;
};

ControlWords read_words() {
  ControlWords words;
  asm volatile("stmxcsr %0" : "=m"(words.mxcsr));
  asm volatile("fnstcw %0" : "=m"(words.x87));
  words.mxcsr &= 0xffc0;
  return words;
}

void write_words(ControlWords words) {
  asm volatile("ldmxcsr %0" : : "m"(words.mxcsr));
  asm volatile("fldcw %0" : : "m"(words.x87));
}

}  // namespace

TEST_CASE("jump: each control word travels alone, and both together") {
  const ControlWords usual = read_words();
  ControlWords flush = usual;
  flush.mxcsr |= 0x8040;  // flush to zero, denormals are zero
  ControlWords narrow = usual;
  narrow.x87 = static_cast<std::uint16_t>(narrow.x87 & ~0x300);
  ControlWords both = narrow;
  both.mxcsr = flush.mxcsr;
  for (const ControlWords& words : {flush, narrow, both}) {
    StackPool pool;
    AsmFlow flow(pool, [&words](AsmFlow& self) {
      write_words(words);
      for (int i = 0; i < 3; ++i) {
        self.pause();
        CHECK(read_words() == words);
      }
    });
    for (int i = 0; i < 4; ++i) {
      flow.resume();
      CHECK(read_words() == usual);
    }
  }
}
#else
TEST_CASE("jump: each control word travels alone, and both together") {
  StackPool pool;
  AsmFlow flow(pool, [](AsmFlow& self) {
    std::uint64_t flush = std::uint64_t{1} << 24;
    asm volatile("msr fpcr, %0" : : "r"(flush));
    self.pause();
    std::uint64_t now = 0;
    asm volatile("mrs %0, fpcr" : "=r"(now));
    CHECK(now == flush);
  });
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  asm volatile("mrs %0, fpcr" : "=r"(before));
  flow.resume();
  asm volatile("mrs %0, fpcr" : "=r"(after));
  CHECK(after == before);
  flow.resume();
}
#endif
