// Starter of lab 01.3. Yours: edit between the lines marked YOURS.
/// @file
/// @brief Cuts stacks out of slabs and keeps the free ones; see the header.
///
/// Story
///   A stack comes from the hot list, else from the cold list, else from a
///   batch of slots that is carved (guarded) off the newest slab, else from
///   a new slab as large as all slabs of its class so far. Slabs that the
///   kernel places side by side become one mapping.
#include "strata/context/stack_pool.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <new>
#include <optional>

#include "os/sanitizer.hpp"
#include "strata/base/assert.hpp"
#include "strata/base/cacheline.hpp"

namespace strata::context {

namespace {

// Carved, guarded and cooled so many at a time: one system call each.
constexpr std::size_t kBatch = 64;
// A program with a handful of goroutines pays for this many guards.
constexpr std::size_t kFirstBatch = 16;
// One slot of each color.
constexpr std::size_t kFirstSlabSlots = 32;
constexpr std::size_t kFirstSlabBytesMax = 64 * 1024 * 1024;
constexpr std::size_t kSlabBytesMax = std::size_t{4} << 30;
constexpr std::size_t kHotBytesMax = 256 * 1024 * 1024;
// 32 colors stay below 2 KiB, so that a small parked goroutine fits into
// the top page whatever its color.
constexpr std::uint32_t kColors = 32;
// Mappings that mprotect guards leave to the rest of the program.
constexpr std::size_t kMappingsSpared = 1024;

std::optional<int> class_of(std::size_t bytes) {
  if (bytes > kMaxStackBytes) return std::nullopt;
  if (bytes <= kMinStackBytes) return 0;
  return static_cast<int>(std::bit_width((bytes - 1) / kMinStackBytes));
}

// Every guard splits a mapping in two: itself and what lies above it.
std::size_t mprotect_budget() {
  const std::size_t limit = os::mapping_count_max();
  const std::size_t used = os::mapping_count() + kMappingsSpared;
  return limit > used ? (limit - used) / 2 : 0;
}

std::size_t slab_slots(std::size_t slots_so_far, std::size_t slot_bytes) {
  const std::size_t first = std::clamp(kFirstSlabBytesMax / slot_bytes,
                                       std::size_t{1}, kFirstSlabSlots);
  const std::size_t most = std::max(first, kSlabBytesMax / slot_bytes);
  return std::clamp(slots_so_far, first, most);
}

}  // namespace

// One mapping, cut into slots of `guard | usable`.
struct StackPool::Slab {
  // constant after init
  os::Mapping mapping;
  std::size_t slot_bytes = 0;
  std::uint32_t slots = 0;
  std::uint16_t index = 0;
  std::uint8_t size_class = 0;

  // atomic: slots below have their guard; only grows
  atomic<std::uint32_t> carved{0};

  // guarded by the pool's lock_
  std::vector<bool> in_use;
  std::vector<unsigned> valgrind_numbers;

  std::byte* slot_start(std::uint32_t slot) const noexcept {
    return mapping.data() + slot * slot_bytes;
  }
  os::Range guard(std::uint32_t slot) const noexcept {
    // YOURS, lab 01.3: begin
    // Which bytes of the slot must never be touched? A stack grows down.
    return {slot_start(slot), 0};
    // YOURS, lab 01.3: end
  }
  os::Range usable(std::uint32_t slot) const noexcept {
    // YOURS, lab 01.3: begin
    // What is left of the slot for the stack.
    return {slot_start(slot), slot_bytes};
    // YOURS, lab 01.3: end
  }
  Stack stack(std::uint32_t slot) const noexcept {
    // YOURS, lab 01.3: begin
    // The stack of a slot: lo and hi by I-01.1, hi lowered by the slot's
    // color (kColors of them, a cache line apart), and where it came from.
    (void)kColors;
    return {.slab = index, .size_class = size_class, .slot = slot};
    // YOURS, lab 01.3: end
  }
};

StackPool::StackPool(StackPoolOptions options)
    : options_(options),
      mprotect_guards_max_(options.mprotect_guards_max != 0
                               ? options.mprotect_guards_max
                               : mprotect_budget()),
      guard_(options.guard == GuardMethod::kBest
                 ? GuardMethod::kMadviseBatched
                 : options.guard) {}

StackPool::~StackPool() {
  LockGuard guard(lock_);
  STRATA_ASSERT(live_ == 0, "I-01.11: a pool outlives its stacks");
  for (const std::unique_ptr<Slab>& slab : slabs_) {
    if (slab == nullptr) break;
    for (unsigned number : slab->valgrind_numbers) {
      sanitizer::deregister_stack(number);
    }
  }
}

StackResult StackPool::acquire(std::size_t bytes) {
  StackResult result;
  (void)acquire_many(bytes, {&result.stack, 1}, &result.error);
  return result;
}

std::size_t StackPool::acquire_many(std::size_t bytes, std::span<Stack> out,
                                    StackError* error) {
  StackError why;
  std::size_t count = 0;
  const std::optional<int> size_class = class_of(bytes);
  if (!size_class) {
    why = {.kind = StackError::Kind::kTooLarge, .limit = kMaxStackBytes};
  } else {
    LockGuard guard(lock_);
    SizeClass& from = class_at(*size_class);
    while (count < out.size()) {
      if (from.hot.empty() && from.cold.empty() &&
          !refill_locked(*size_class, out.size() - count, why)) {
        break;
      }
      out[count++] = take_locked(from);
    }
  }
  why.requested_bytes = bytes;
  if (error != nullptr) *error = why;
  return count;
}

Stack StackPool::take_locked(SizeClass& from) {
  // YOURS, lab 01.3: begin
  // One of the lists is not empty. Which stack is the cheapest to hand
  // out? It is in use from here on, and live_ counts it.
  (void)from;
  return {};
  // YOURS, lab 01.3: end
}

bool StackPool::refill_locked(int size_class, std::size_t wanted,
                              StackError& error) {
  SizeClass& into = class_at(size_class);
  if (into.newest == nullptr && !add_slab_locked(size_class, error)) {
    return false;
  }
  // Carve ahead, but a program that starts its second goroutine should not
  // pay for sixty: as many as exist, or as many as are wanted.
  const std::uint32_t carved =
      into.newest->carved.load(std::memory_order_relaxed);
  const std::size_t ahead = std::max<std::size_t>(carved, kFirstBatch);
  return carve_locked(into, std::min(std::max(wanted, ahead), kBatch),
                      error) != 0;
}

bool StackPool::add_slab_locked(int size_class, StackError& error) {
  SizeClass& into = class_at(size_class);
  const std::uint32_t index = slab_count_.load(std::memory_order_relaxed);
  const std::size_t slot_bytes =
      (kMinStackBytes << size_class) + kGuardBytes;
  std::size_t slots = slab_slots(into.slots, slot_bytes);
  error = {.kind = StackError::Kind::kNoMemory, .error_number = ENOMEM};
  if (index == kSlabsMax) return false;
  os::Mapping mapping;
  while (!mapping && slots > 0) {
    mapping = os::Mapping::reserve(slots * slot_bytes, error.error_number);
    if (!mapping) slots /= 2;
  }
  if (!mapping) return false;
  try {
    auto slab = std::make_unique<Slab>();
    slab->in_use.resize(slots);
    // Doubling keeps the copies few; afterwards no release ever allocates.
    const std::size_t room = std::bit_ceil(into.slots + slots);
    into.hot.reserve(room);
    into.cold.reserve(room);
    slabs_[index] = std::move(slab);
  } catch (const std::bad_alloc&) {
    return false;
  }
  Slab& slab = *slabs_[index];
  reserved_bytes_ += mapping.bytes();
  slab.mapping = std::move(mapping);
  slab.slot_bytes = slot_bytes;
  slab.slots = static_cast<std::uint32_t>(slots);
  slab.index = static_cast<std::uint16_t>(index);
  slab.size_class = static_cast<std::uint8_t>(size_class);
  into.slots += slots;
  into.newest = &slab;
  error = {};
  // [MO:slab-table] publishes the slab's constants.
  slab_count_.store(index + 1, std::memory_order_release);
  return true;
}

std::size_t StackPool::carve_locked(SizeClass& into, std::size_t wanted,
                                    StackError& error) {
  Slab& slab = *into.newest;
  const std::uint32_t first = slab.carved.load(std::memory_order_relaxed);
  std::array<os::Range, kBatch> guards;
  const std::size_t count =
      std::min({wanted, kBatch, std::size_t{slab.slots - first}});
  // YOURS, lab 01.3: begin
  // Guard the next `count` slots by one call of guard_locked. It may make
  // fewer: only what has a guard becomes a cold stack (with valgrind, it
  // is registered, too) and counts in guards_ and in the slab's carved.
  // A slab without uncarved slots is nobody's newest.
  (void)guards;
  (void)error;
  (void)first;
  const std::uint32_t made = 0 * static_cast<std::uint32_t>(count);
  // YOURS, lab 01.3: end
  return made;
}

// Makes guards by the best method that this kernel has, and remembers it.
// Returns how many were made.
std::size_t StackPool::guard_locked(std::span<const os::Range> guards,
                                    StackError& error) {
  int error_number = ENOSYS;
  if (guard_ == GuardMethod::kMadviseBatched) {
    error_number = os::install_guard_markers_batched(guards);
    if (error_number == 0) return guards.size();
    if (options_.guard == GuardMethod::kBest)
      guard_ = GuardMethod::kMadvise;
  }
  if (guard_ == GuardMethod::kMadvise) {
    error_number = os::install_guard_markers(guards);
    if (error_number == 0) return guards.size();
    if (error_number == EINVAL && options_.guard == GuardMethod::kBest) {
      guard_ = GuardMethod::kMprotect;
    }
  }
  if (guard_ == GuardMethod::kMprotect) {
    return guard_by_mprotect_locked(guards, error);
  }
  error = {.kind = error_number == ENOMEM ? StackError::Kind::kNoMemory
                                          : StackError::Kind::kGuardRefused,
           .error_number = error_number};
  return 0;
}

std::size_t StackPool::guard_by_mprotect_locked(
    std::span<const os::Range> guards, StackError& error) {
  for (std::size_t made = 0; made < guards.size(); ++made) {
    int error_number = ENOMEM;
    if (guards_ + made < mprotect_guards_max_) {
      error_number = os::protect_from_access(guards[made]);
      if (error_number == 0) continue;
    }
    error = {.kind = error_number == ENOMEM
                         ? StackError::Kind::kGuardLimit
                         : StackError::Kind::kGuardRefused,
             .error_number = error_number,
             .limit = guards_ + made};
    return made;
  }
  return guards.size();
}

void StackPool::release(const Stack& stack) { release_many({&stack, 1}); }

void StackPool::release_many(std::span<const Stack> stacks) {
  // In batches, so that the hot lists never grow far beyond their limit.
  while (!stacks.empty()) {
    const auto batch = stacks.first(std::min(stacks.size(), kBatch));
    stacks = stacks.subspan(batch.size());
    release_batch(batch);
  }
}

void StackPool::release_batch(std::span<const Stack> stacks) {
  const std::size_t deepest = kChecked ? refill_with_zeros(stacks) : 0;
  std::uint32_t full_classes = 0;
  {
    LockGuard guard(lock_);
    deepest_bytes_ = std::max(deepest_bytes_, deepest);
    for (const Stack& stack : stacks) {
      put_locked(stack);
      const std::size_t hot = classes_[stack.size_class].hot.size();
      if (hot >= hot_max(stack.size_class) + kBatch) {
        full_classes |= 1U << stack.size_class;
      }
    }
  }
  for (int i = 0; full_classes >> i != 0; ++i) {
    if ((full_classes >> i & 1U) != 0) cool(i, hot_max(i));
  }
}

// Puts back the fill that the kernel gives a fresh stack; returns the
// deepest use that was found.
std::size_t StackPool::refill_with_zeros(std::span<const Stack> stacks) {
  std::size_t deepest = 0;
  for (const Stack& stack : stacks) {
    const std::size_t used = used_bytes(stack);
    deepest = std::max(deepest, used);
    std::memset(stack.hi - used, 0, used);
  }
  return deepest;
}

void StackPool::put_locked(const Stack& stack) {
  STRATA_ASSERT(
      stack && stack.slab < slab_count_.load(std::memory_order_relaxed),
      "context: a stack goes back to the pool it came from");
  Slab& slab = *slabs_[stack.slab];
  STRATA_ASSERT(stack.slot < slab.slots && slab.in_use[stack.slot] &&
                    slab.usable(stack.slot).start == stack.lo,
                "I-01.9: a stack is released once");
  // YOURS, lab 01.3: begin
  // The stack is in one place, and that is no longer `in use`.
  (void)slab;
  // YOURS, lab 01.3: end
}

std::size_t StackPool::hot_max(int size_class) const noexcept {
  return std::min(options_.hot_stacks_max,
                  kHotBytesMax / (kMinStackBytes << size_class));
}

// Gives back the memory of the longest unused hot stacks, a batch at a
// time, until at most `keep` are left. While a batch is with the kernel its
// stacks are in no list, so nobody can take one. Returns how many.
std::size_t StackPool::cool(int size_class, std::size_t keep) {
  // YOURS, lab 01.3: begin
  // Give back the memory of the longest unused hot stacks until at most
  // `keep` are left, and say of how many. os::give_back may take a
  // millisecond, and it is not to be called under lock_: take at most
  // kBatch stacks, call it, then list them as cold. Who may have a stack
  // while the system has its memory?
  (void)size_class;
  (void)keep;
  return 0;
  // YOURS, lab 01.3: end
}

std::size_t StackPool::trim() {
  std::size_t total = 0;
  for (int i = 0; i < kStackClasses; ++i) total += cool(i, 0);
  return total;
}

StackLocation StackPool::find(const void* address) const noexcept {
  // YOURS, lab 01.3: begin
  // Runs in a signal handler: no lock, no allocation. Slabs below
  // slab_count_ are constant once you have read it with the order that
  // fits its store in add_slab_locked; slots below `carved` exist.
  (void)address;
  return {};
  // YOURS, lab 01.3: end
}

StackPoolStats StackPool::stats() const {
  LockGuard guard(lock_);
  StackPoolStats stats;
  for (const SizeClass& one : classes_) {
    stats.hot += one.hot.size();
    stats.cold += one.cold.size();
  }
  stats.live = live_;
  stats.slabs = slab_count_.load(std::memory_order_relaxed);
  stats.reserved_bytes = reserved_bytes_;
  stats.guards = guards_;
  stats.guard = guard_;
  stats.deepest_bytes = deepest_bytes_;
  return stats;
}

// Reads memory that instrumented frames may have left poisoned.
#if defined(__clang__)
__attribute__((no_sanitize("address")))
#else
__attribute__((no_sanitize_address))
#endif
std::size_t
StackPool::used_bytes([[maybe_unused]] const Stack& stack) noexcept {
  if constexpr (!kChecked) return 0;
  const std::byte* lowest = stack.lo;
  while (lowest < stack.hi && *lowest == std::byte{0}) ++lowest;
  return static_cast<std::size_t>(stack.hi - lowest);
}

const char* guard_method_name(GuardMethod method) noexcept {
  switch (method) {
    case GuardMethod::kBest:
      return "best";
    case GuardMethod::kMadviseBatched:
      return "madvise, batched";
    case GuardMethod::kMadvise:
      return "madvise";
    case GuardMethod::kMprotect:
      return "mprotect";
  }
  return "unknown";
}

std::string StackError::text() const {
  const std::string wanted =
      "no stack of " + std::to_string(requested_bytes) + " bytes: ";
  const std::string reason =
      error_number != 0 ? std::strerror(error_number) : "";
  switch (kind) {
    case Kind::kNone:
      return "no error";
    case Kind::kTooLarge:
      return wanted + "the limit is " + std::to_string(limit) + " bytes";
    case Kind::kNoMemory:
      return wanted + "the system has no address space left (" + reason +
             "); see ulimit -v and vm.overcommit_memory";
    case Kind::kGuardLimit:
      return wanted + std::to_string(limit) +
             " stack guards is all this process may have; raise it with "
             "sysctl vm.max_map_count, or use Linux 6.13 or later, whose "
             "guards need no mapping";
    case Kind::kGuardRefused:
      return wanted + "the system refused a guard (" + reason + ")";
  }
  return "unknown";
}

}  // namespace strata::context
