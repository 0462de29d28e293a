/// @file
/// @brief Hands out guarded stacks by the million, and takes them back.
///
/// Story
///   A stack is dear to make (its guard costs a system call, its first page
///   a fault) and cheap to keep. So the pool reserves address space in
///   slabs of many slots, installs guards in batches, hands the most
///   recently returned stack out first because its top page is still in the
///   cache, and gives the memory of stacks that lie idle back to the system
///   in batches. Address space itself is never given back before the pool
///   ends. Each slot is `guard | usable`, low to high; its stack starts 0
///   to 31 cache lines below the slot's end (its color): without that,
///   equal offsets of many stacks would compete for the same cache sets.
///
/// Invariants
///   I-01.8  No stack is ever handed out without a guard below it.
///   I-01.9  A stack is in one place: in use, hot (free, memory kept) or
///           cold (free, memory given back).
///   I-01.10 The slab table only grows; `find` reads it without a lock,
///           also in a signal handler.
///   I-01.11 Destroying the pool returns every byte; no stack is in use
///           then.
///
/// Threads
///   Any thread. One lock, held while at most 64 guards are made at a time;
///   memory is given back outside it.
///
/// Lock order
///   kStackPool; nothing is locked under it.
///
/// Memory order
///   slab-table: a slab's constants are published by the slab count.
///
/// Not done
///   A guard page per mprotect only: each costs a mapping, and the kernel
///   ends at vm.max_map_count (about 32,700 stacks). Kept as the fallback.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "strata/base/atomic.hpp"
#include "strata/base/ranked_lock.hpp"
#include "strata/base/thread_safety.hpp"
#include "strata/context/stack.hpp"
#include "strata/os/mapping.hpp"

namespace strata::context {

/// Tells how guards are made.
enum class GuardMethod : std::uint8_t {
  kBest,            ///< the first that works of those below
  kMadviseBatched,  ///< guard markers, many stacks per system call
  kMadvise,         ///< guard markers, one system call per stack
  kMprotect,        ///< a mapping of its own per guard, limited in number
};

/// Names a guard method. @param method any. @return a word, static.
const char* guard_method_name(GuardMethod method) noexcept;

/// Says why no stack was handed out.
struct StackError {
  /// What went wrong.
  enum class Kind : std::uint8_t {
    kNone,          ///< nothing
    kTooLarge,      ///< more than `limit` bytes asked for
    kNoMemory,      ///< the system refused address space
    kGuardLimit,    ///< no more mappings for guards: `limit` is the budget
    kGuardRefused,  ///< the system refused a guard for another reason
  };
  /// What went wrong.
  Kind kind = Kind::kNone;
  /// The system's reason, or 0.
  int error_number = 0;
  /// Bytes asked for.
  std::size_t requested_bytes = 0;
  /// The limit that was reached: bytes or mappings.
  std::size_t limit = 0;

  /// Says it in one line. @return text that names the limit and the cure.
  std::string text() const;
};

/// Holds a stack, or says why there is none.
struct [[nodiscard]] StackResult {
  /// The stack, owned by the caller until released; empty on error.
  Stack stack;
  /// Why `stack` is empty.
  StackError error;
  /// Tells success. @return true when there is a stack.
  explicit operator bool() const noexcept {
    return static_cast<bool>(stack);
  }
};

/// Says what an address belongs to.
struct StackLocation {
  /// Where in a slot the address lies.
  enum class Part : std::uint8_t {
    kNone,   ///< not in any stack that was ever handed out
    kGuard,  ///< in the guard below `stack`
    kStack,  ///< in `stack`, or in its color offset
  };
  /// Where in a slot the address lies.
  Part part = Part::kNone;
  /// The stack of that slot.
  Stack stack;
};

/// Tunes a pool; every default is the product's.
struct StackPoolOptions {
  /// How guards are made; GODEBUG=stackguard selects it.
  GuardMethod guard = GuardMethod::kBest;
  /// Free stacks per class that keep their memory; fewer for big stacks, so
  /// that a class never keeps more than 256 MiB.
  std::size_t hot_stacks_max = 4096;
  /// Guards the mprotect method may make; 0 reads vm.max_map_count.
  std::size_t mprotect_guards_max = 0;
};

/// Counts what a pool holds; a snapshot.
struct StackPoolStats {
  /// Stacks handed out and not yet released.
  std::size_t live = 0;
  /// Free stacks that kept their memory.
  std::size_t hot = 0;
  /// Free stacks whose memory was given back.
  std::size_t cold = 0;
  /// Slabs mapped.
  std::size_t slabs = 0;
  /// Address space reserved, in bytes.
  std::size_t reserved_bytes = 0;
  /// Guards made so far.
  std::size_t guards = 0;
  /// How guards are made now.
  GuardMethod guard = GuardMethod::kBest;
  /// Deepest use of any released stack in bytes; checked builds only.
  std::size_t deepest_bytes = 0;
};

/// Hands out guarded stacks and recycles them.
class StackPool {
 public:
  /// Makes an empty pool; maps nothing yet. @param options see there.
  explicit StackPool(StackPoolOptions options = {});
  /// Returns all memory. @pre No stack is in use.
  ~StackPool();
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  /// Hands out one stack, the most recently released of its class if any.
  ///
  /// @param bytes 0 to `kMaxStackBytes`, rounded up to a size class.
  /// @return a stack owned by the caller, or why not.
  /// @errors kTooLarge, kNoMemory, kGuardLimit, kGuardRefused.
  StackResult acquire(std::size_t bytes = kDefaultStackBytes);

  /// Hands out several stacks of one size for the price of one lock.
  ///
  /// @param bytes as in `acquire`.
  /// @param out filled from the front; the rest is left alone.
  /// @param error receives why fewer came, if they did; may be null.
  /// @return how many were handed out, 0 to out.size().
  [[nodiscard]] std::size_t acquire_many(std::size_t bytes,
                                         std::span<Stack> out,
                                         StackError* error = nullptr);

  /// Takes a stack back. @param stack from this pool, not running.
  /// @errors A stack that is not in use ends the process.
  void release(const Stack& stack);

  /// Takes several stacks back, in order: the last comes out first.
  /// @param stacks as in `release`.
  void release_many(std::span<const Stack> stacks);

  /// Gives the memory of all free stacks back to the system.
  /// @return how many stacks were given back.
  std::size_t trim();

  /// Finds the stack or guard an address belongs to.
  /// @param address any. @return what is there; kNone outside the pool.
  /// @pre Safe in a signal handler and without a lock.
  /// @memorder slab-table
  [[nodiscard]] StackLocation find(const void* address) const noexcept;

  /// Counts what the pool holds. @return a snapshot.
  [[nodiscard]] StackPoolStats stats() const;

  /// Measures the deepest use of a stack since it was handed out.
  /// @param stack in use, not running. @return bytes; 0 unless checked.
  [[nodiscard]] static std::size_t used_bytes(const Stack& stack) noexcept;

 private:
  struct Slab;
  // Where a free stack lies. Free lists are arrays of these: a list linked
  // through the stacks themselves would touch a cold page per step.
  struct FreeStack {
    std::uint16_t slab;
    std::uint32_t slot;
  };
  struct SizeClass {
    std::vector<FreeStack> hot;   // the last one was used last
    std::vector<FreeStack> cold;  // guarded, without memory
    std::size_t slots = 0;        // over all slabs, carved or not
    Slab* newest = nullptr;  // the one slab with uncarved slots, if any
  };
  static constexpr std::size_t kSlabsMax = 4096;

  SizeClass& class_at(int size_class) STRATA_REQUIRES(lock_) {
    return classes_[static_cast<std::size_t>(size_class)];
  }
  Stack take_locked(SizeClass& from) STRATA_REQUIRES(lock_);
  bool refill_locked(int size_class, std::size_t wanted, StackError& error)
      STRATA_REQUIRES(lock_);
  bool add_slab_locked(int size_class, StackError& error)
      STRATA_REQUIRES(lock_);
  std::size_t carve_locked(SizeClass& into, std::size_t wanted,
                           StackError& error) STRATA_REQUIRES(lock_);
  std::size_t guard_locked(std::span<const os::Range> guards,
                           StackError& error) STRATA_REQUIRES(lock_);
  std::size_t guard_by_mprotect_locked(std::span<const os::Range> guards,
                                       StackError& error)
      STRATA_REQUIRES(lock_);
  void release_batch(std::span<const Stack> stacks) STRATA_EXCLUDES(lock_);
  static std::size_t refill_with_zeros(std::span<const Stack> stacks);
  void put_locked(const Stack& stack) STRATA_REQUIRES(lock_);
  std::size_t cool(int size_class, std::size_t keep) STRATA_EXCLUDES(lock_);
  std::size_t hot_max(int size_class) const noexcept;

  // constant after init
  const StackPoolOptions options_;
  const std::size_t mprotect_guards_max_;

  mutable RankedLock lock_{LockRank::kStackPool};

  // guarded by lock_
  std::array<SizeClass, kStackClasses> classes_ STRATA_GUARDED_BY(lock_);
  std::size_t live_ STRATA_GUARDED_BY(lock_) = 0;
  std::size_t guards_ STRATA_GUARDED_BY(lock_) = 0;
  std::size_t reserved_bytes_ STRATA_GUARDED_BY(lock_) = 0;
  std::size_t deepest_bytes_ STRATA_GUARDED_BY(lock_) = 0;
  GuardMethod guard_ STRATA_GUARDED_BY(lock_) = GuardMethod::kBest;

  // atomic [MO:slab-table]; entries below the count are constant
  atomic<std::uint32_t> slab_count_{0};
  std::array<std::unique_ptr<Slab>, kSlabsMax> slabs_;
};

}  // namespace strata::context
