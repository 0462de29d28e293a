/// @file
/// @brief Tests the first frame that our own assembly resumes.
#include <cfenv>
#include <cstdint>
#include <vector>

#include "flow.hpp"
#include "strata/testkit/catch.hpp"

namespace {

using namespace strata::context;  // NOLINT: the layer under test
using detail::AsmBackend;

}  // namespace

#if defined(__x86_64__) || defined(__aarch64__)

TEST_CASE("backend_asm: the first frame lies at the top, aligned") {
  StackPool pool;
  std::vector<Stack> stacks(64);
  REQUIRE(pool.acquire_many(kMinStackBytes, stacks) == stacks.size());
  for (const Stack& stack : stacks) {
    Context context;
    AsmBackend::start(
        context, stack, [](void*, void*) {}, nullptr);
    const auto* sp = static_cast<const std::byte*>(context.saved_sp());
    CHECK(stack.contains(sp));
    CHECK(stack.hi - sp <= 256);
    CHECK(reinterpret_cast<std::uintptr_t>(sp) % 16 == 0);
  }
  pool.release_many(stacks);
}

TEST_CASE("backend_asm: a fresh flow inherits the rounding of its maker") {
  StackPool pool;
  int rounding = -1;
  std::fesetround(FE_DOWNWARD);
  test::Flow<AsmBackend> flow(
      pool, [&rounding](auto&) { rounding = std::fegetround(); });
  std::fesetround(FE_TONEAREST);
  flow.resume();
  CHECK(rounding == FE_DOWNWARD);
  CHECK(std::fegetround() == FE_TONEAREST);
}

#endif
