/// @file
/// @brief Keeps all goroutine records: makes them, lends them, lists them.
///
/// Story
///   Records come in chunks that are never freed during a run, so a pointer
///   to a record stays good and all records can be listed without a lock. A
///   dead record goes to the P where its goroutine ended and, with its
///   stack still warm, comes back at the next `go` there. What a P has too
///   much of goes to a common list, from which other Ps refill.
///
/// Invariants
///   I-02.6 A dead record is in exactly one place: a P's cache, the common
///          list, or the hands of `go`.
///
/// Lock order
///   kAllGs; the stack pool's lock and the scheduler's are taken outside
///   it.
///
/// Memory order
///   [MO:g-chunks] the chunk count publishes the chunks.
///
/// Source
///   Go runtime/proc.go: gfget, gfput, malg, allgadd.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "strata/base/atomic.hpp"
#include "strata/base/ranked_lock.hpp"
#include "strata/context/stack_pool.hpp"
#include "strata/os/mapping.hpp"
#include "strata/sched/g.hpp"
#include "strata/sched/p.hpp"

namespace strata::sched {

/// Holds all goroutine records of a run.
class GTable {
 public:
  /// Makes an empty table. @param stacks borrowed, outlives the table.
  explicit GTable(context::StackPool& stacks);
  /// Frees all records and stacks. @pre No goroutine runs.
  ~GTable();
  GTable(const GTable&) = delete;
  GTable& operator=(const GTable&) = delete;

  /// Takes a dead record with a stack of at least `stack_bytes`.
  /// @param p the caller's P. @return owned by the caller.
  /// @errors Ends the process with "out of memory" and the system's reason.
  G& take(P& p, std::size_t stack_bytes);
  /// Takes a dead record back. @param p the caller's P.
  void give(P& p, G& g) noexcept;
  /// Takes all records of a P's cache back, when the P dies.
  void give_all(P& p) noexcept;

  /// Counts the records ever made. @return at least the goroutines alive.
  [[nodiscard]] std::uint32_t size() const noexcept;
  /// Visits every record. @param visit called with `G&`.
  template <class Visit>
  void for_each(Visit&& visit) const {
    // [MO:g-chunks] sees the chunks that grow published.
    const std::uint32_t chunks =
        chunk_count_.load(std::memory_order_acquire);
    for (std::uint32_t i = 0; i < chunks; ++i) {
      for (std::size_t j = 0; j < kChunkGs; ++j) visit(chunks_[i].gs()[j]);
    }
  }

 private:
  static constexpr std::size_t kChunkGs = kChecked ? 64 : 1024;
  static constexpr std::size_t kMaxChunks = 1 << 14;

  struct Chunk {
    os::Mapping memory;
    G* gs() const { return reinterpret_cast<G*>(memory.data()); }
  };

  void refill(P& p);
  std::uint32_t take_common(G** out, std::uint32_t count);
  void grow();
  void spill(P& p) noexcept;
  void give_common(G** gs, std::uint32_t count) noexcept;
  void fit_stack(G& g, std::size_t stack_bytes);

  // constant after init
  context::StackPool& stacks_;

  RankedLock lock_{LockRank::kAllGs};
  // guarded by lock_
  std::vector<G*> free_ STRATA_GUARDED_BY(lock_);
  std::size_t fresh_ STRATA_GUARDED_BY(lock_) = kChunkGs;

  // atomic [MO:g-chunks]
  atomic<std::uint32_t> chunk_count_{0};
  std::vector<Chunk> chunks_;
};

}  // namespace strata::sched
