/// @file
/// @brief Adds up numbers in parallel: fork by `go`, join by a counter.
///
/// Story
///   The range is cut into more pieces than there are Ps, so that a P that
///   is done early can steal a piece of another's. Each goroutine adds its
///   piece and counts itself out; main yields until all have. A real wait
///   comes with the next layer; until then a goroutine that waits keeps
///   taking turns.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <span>
#include <vector>

#include "strata/sched/sched.hpp"

namespace {

constexpr std::size_t kPieces = 64;

// [doc:parallel-sum]
std::uint64_t parallel_sum(std::span<const std::uint32_t> numbers) {
  std::vector<std::uint64_t> sums(kPieces);
  std::atomic<std::size_t> left = kPieces;
  for (std::size_t i = 0; i < kPieces; ++i) {
    strata::go([&sums, &left, numbers, i] {
      const std::size_t begin = numbers.size() * i / kPieces;
      const std::size_t end = numbers.size() * (i + 1) / kPieces;
      const auto piece = numbers.subspan(begin, end - begin);
      sums[i] =
          std::accumulate(piece.begin(), piece.end(), std::uint64_t{0});
      // Publishes sums[i]; pairs with the acquire below.
      left.fetch_sub(1, std::memory_order_release);
    });
  }
  while (left.load(std::memory_order_acquire) > 0) strata::yield();
  return std::accumulate(sums.begin(), sums.end(), std::uint64_t{0});
}
// [/doc:parallel-sum]

}  // namespace

int main() {
  std::vector<std::uint32_t> numbers(20'000'000);
  std::iota(numbers.begin(), numbers.end(), 1U);
  return strata::sched::run({}, [&numbers] {
    const std::uint64_t n = numbers.size();
    const std::uint64_t sum = parallel_sum(numbers);
    std::printf("1 + ... + %llu = %llu on %d Ps\n",
                static_cast<unsigned long long>(n),
                static_cast<unsigned long long>(sum), strata::max_procs(0));
    return sum == n * (n + 1) / 2 ? 0 : 1;
  });
}
