/// @file
/// @brief Keeps the list of thread-local variables of the code under test.

#include "strata/base/explore_hooks.hpp"

#include "strata/base/assert.hpp"

namespace strata::exploring {
namespace {

constinit thread_local ThreadLocals t_thread_locals{};

}  // namespace

ThreadLocals& thread_locals() noexcept { return t_thread_locals; }

void register_thread_local(void* address, std::size_t bytes) noexcept {
  ThreadLocals& all = thread_locals();
  for (std::size_t i = 0; i < all.count; ++i) {
    if (all.entries[i].address == address) return;
  }
  STRATA_ASSERT(all.count < kThreadLocalsMax,
                "explorer: too many thread-local variables");
  STRATA_ASSERT(bytes <= kThreadLocalBytesMax,
                "explorer: thread-local variable too big");
  ThreadLocal& added = all.entries[all.count++];
  added.address = address;
  added.bytes = bytes;
  std::memcpy(added.initial.data(), address, bytes);
}

}  // namespace strata::exploring
