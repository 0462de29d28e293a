/// @file
/// @brief Reaches into the runtime by a private name, which is gone by now.
#include <cstdint>
#include <cstdio>

// [doc:private-symbol]
namespace strata::sched::detail {
// No header has this. It was copied from what a debugger once showed.
std::int64_t count_live();
}  // namespace strata::sched::detail

int main() {
  const std::int64_t live = strata::sched::detail::count_live();
  std::printf("%d goroutines\n", static_cast<int>(live));
}
// [/doc:private-symbol]
