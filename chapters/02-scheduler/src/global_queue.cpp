/// @file
/// @brief Grows the global run queue.
#include "global_queue.hpp"

#include <bit>
#include <utility>

namespace strata::sched {

GlobalQueue::Room GlobalQueue::make_room(std::uint32_t count) {
  const std::uint32_t capacity = std::bit_ceil(count);
  return {.slots = std::make_unique<G*[]>(capacity), .capacity = capacity};
}

void GlobalQueue::adopt(Room& room) noexcept {
  if (room.capacity <= room_.capacity) return;
  const std::uint32_t size = tail_ - head_;
  for (std::uint32_t i = 0; i < size; ++i) {
    room.slots[i] = room_.slots[(head_ + i) & (room_.capacity - 1)];
  }
  head_ = 0;
  tail_ = size;
  std::swap(room_, room);
}

}  // namespace strata::sched
