/// @file
/// @brief Makes a hundred thousand guarded stacks and counts what they
/// cost.
///
/// Story
///   Two ways to guard. mprotect splits the mapping around each guard, and
///   a process may have some 65,000 mappings. Guard markers live in the
///   page tables and split nothing; what is left to pay is memory.
#include <cstdio>
#include <vector>

#include "strata/context/stack_pool.hpp"
#include "strata/os/mapping.hpp"

namespace {

namespace sc = strata::context;

constexpr std::size_t kStacks = 100'000;

// [doc:step-many-stacks]
void count(sc::GuardMethod method) {
  sc::StackPool pool({.guard = method});
  std::vector<sc::Stack> stacks(kStacks);
  const std::size_t mappings = strata::os::mapping_count();
  const std::size_t resident = strata::os::resident_bytes();
  const std::size_t tables = strata::os::page_table_bytes();
  sc::StackError error;
  const std::size_t made =
      pool.acquire_many(sc::kDefaultStackBytes, stacks, &error);
  // What a goroutine does first: it touches the top page.
  for (std::size_t i = 0; i < made; ++i) stacks[i].hi[-1] = std::byte{1};
  std::printf("%-17s %7zu stacks, %5zu more mappings,",
              sc::guard_method_name(method), made,
              strata::os::mapping_count() - mappings);
  if (made > 0) {
    std::printf(" %zu + %zu bytes each",
                (strata::os::resident_bytes() - resident) / made,
                (strata::os::page_table_bytes() - tables) / made);
  }
  std::printf("\n");
  if (made < kStacks) std::printf("  %s\n", error.text().c_str());
  pool.release_many(std::span(stacks).first(made));
}
// [/doc:step-many-stacks]

}  // namespace

int main() {
  std::printf(
      "%zu stacks of %zu KiB, one page of each touched\n"
      "(bytes: memory + page tables)\n\n",
      kStacks, sc::kDefaultStackBytes / 1024);
  count(sc::GuardMethod::kMprotect);
  count(sc::GuardMethod::kMadviseBatched);
}
