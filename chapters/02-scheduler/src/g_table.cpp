/// @file
/// @brief Implements the table of goroutine records.
#include "g_table.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "state.hpp"
#include "strata/base/fatal.hpp"

namespace strata::sched {
namespace {

// Records and stacks made at a time when there is no used one.
constexpr std::uint32_t kFreshGs = kFreeGs / 2;
// Dead records beyond a P's cache that keep their stack; the stacks of more
// go back to the pool, which gives their memory back.
constexpr std::size_t kCommonStacks = 1024;

[[noreturn]] void out_of_memory(const std::string& reason) {
  {
    RawWriter out;
    out.str("runtime: no stack for another goroutine: ").str(reason);
    out.str("\n");
  }
  fatal_user("out of memory");
}

}  // namespace

GTable::GTable(context::StackPool& stacks) : stacks_(stacks) {
  chunks_.reserve(kMaxChunks);
}

GTable::~GTable() {
  for_each([this](G& g) {
    context::flow_ended(g.context);
    context::destroy_fiber(g.context);
    if (g.stack) stacks_.release(g.stack);
    g.~G();
  });
}

std::uint32_t GTable::size() const noexcept {
  // relaxed: a count.
  return chunk_count_.load(std::memory_order_relaxed) *
         static_cast<std::uint32_t>(kChunkGs);
}

// [doc:g-take]
G& GTable::take(P& p, std::size_t stack_bytes) {
  std::uint32_t count = p.free_gs.count;
  if (count == 0) {
    refill(p);
    count = p.free_gs.count;
  }
  G& g = *p.free_gs.items[count - 1];
  p.free_gs.count = count - 1;
  if (g.stack.limit_bytes() < stack_bytes || !g.stack) [[unlikely]] {
    fit_stack(g, stack_bytes);
  }
  return g;
}
// [/doc:g-take]

void GTable::give(P& p, G& g) noexcept {
  if (g.stack.limit_bytes() != context::kDefaultStackBytes) [[unlikely]] {
    stacks_.release(g.stack);
    g.stack = {};
  }
  std::uint32_t count = p.free_gs.count;
  if (count == kFreeGs) {
    spill(p);
    count = p.free_gs.count;
  }
  p.free_gs.items[count] = &g;
  p.free_gs.count = count + 1;
}

void GTable::give_all(P& p) noexcept {
  const std::uint32_t count = p.free_gs.count;
  give_common(p.free_gs.items, count);
  p.free_gs.count = 0;
}

// Fills half of a P's cache, from the common list or with new records, and
// gives them stacks with one call to the pool.
void GTable::refill(P& p) {
  const std::uint32_t count = take_common(p.free_gs.items, kFreshGs);
  std::array<context::Stack, kFreshGs> stacks;
  std::uint32_t without = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!p.free_gs.items[i]->stack) ++without;
  }
  context::StackError error;
  std::size_t made = stacks_.acquire_many(context::kDefaultStackBytes,
                                          {stacks.data(), without}, &error);
  if (made == 0 && without == count) out_of_memory(error.text());
  for (std::uint32_t i = 0; i < count && made > 0; ++i) {
    G& g = *p.free_gs.items[i];
    if (!g.stack) g.stack = stacks[--made];
  }
  p.free_gs.count = count;
}

std::uint32_t GTable::take_common(G** out, std::uint32_t count) {
  for (;;) {
    {
      LockGuard guard(lock_);
      if (free_.empty() && fresh_ < kChunkGs) {
        G* gs = chunks_.back().gs();
        const std::size_t made =
            std::min<std::size_t>(count, kChunkGs - fresh_);
        for (std::size_t i = 0; i < made; ++i) out[i] = &gs[fresh_++];
        return static_cast<std::uint32_t>(made);
      }
      if (!free_.empty()) {
        const std::size_t taken =
            std::min<std::size_t>(count, free_.size());
        std::copy(free_.end() - static_cast<std::ptrdiff_t>(taken),
                  free_.end(), out);
        free_.resize(free_.size() - taken);
        return static_cast<std::uint32_t>(taken);
      }
    }
    grow();
  }
}

// Adds a chunk of records, and room for them in every queue they may enter.
void GTable::grow() {
  int error = 0;
  os::Mapping memory = os::Mapping::reserve(kChunkGs * sizeof(G), error);
  if (!memory) out_of_memory(std::strerror(error));
  constexpr auto kChunk = static_cast<std::uint32_t>(kChunkGs);
  const std::uint32_t reserved = size() + 2 * kChunk;
  GlobalQueue::Room room = GlobalQueue::make_room(reserved);
  {
    QueueGuard guard(state.queue_lock);
    state.global.adopt(room);
  }
  LockGuard guard(lock_);
  // Others may have grown the table meanwhile, even beyond what was
  // reserved here (I-02.5): the caller looks again and comes back.
  if (!free_.empty() || fresh_ < kChunkGs) return;
  if (size() + kChunk > reserved) return;
  STRATA_ASSERT(chunks_.size() < kMaxChunks,
                "at most 16 million goroutines");
  auto* gs = reinterpret_cast<G*>(memory.data());
  for (std::size_t i = 0; i < kChunkGs; ++i) ::new (&gs[i]) G;
  chunks_.push_back({std::move(memory)});
  free_.reserve(chunks_.size() * kChunkGs);
  fresh_ = 0;
  // [MO:g-chunks] publishes the chunk.
  chunk_count_.store(static_cast<std::uint32_t>(chunks_.size()),
                     std::memory_order_release);
}

void GTable::spill(P& p) noexcept {
  constexpr std::uint32_t kKept = kFreeGs / 2;
  give_common(p.free_gs.items, kFreeGs - kKept);
  std::copy(p.free_gs.items + (kFreeGs - kKept), p.free_gs.items + kFreeGs,
            p.free_gs.items);
  p.free_gs.count = kKept;
}

void GTable::give_common(G** gs, std::uint32_t count) noexcept {
  std::array<context::Stack, kFreeGs> surplus;
  std::size_t surplus_count = 0;
  {
    LockGuard guard(lock_);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (free_.size() >= kCommonStacks && gs[i]->stack) {
        surplus[surplus_count++] = gs[i]->stack;
        gs[i]->stack = {};
      }
      free_.push_back(gs[i]);
    }
  }
  stacks_.release_many({surplus.data(), surplus_count});
}

void GTable::fit_stack(G& g, std::size_t stack_bytes) {
  if (g.stack) stacks_.release(g.stack);
  g.stack = {};
  context::StackResult result = stacks_.acquire(stack_bytes);
  if (!result) out_of_memory(result.error.text());
  g.stack = result.stack;
}

}  // namespace strata::sched
