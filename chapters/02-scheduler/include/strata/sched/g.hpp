/// @file
/// @brief Describes a goroutine: the record that all layers share.
///
/// Story
///   A G lives in an array, far from its stack: queues and tables look at
///   the record without touching the stack's cold memory. Records are never
///   freed while the runtime runs, only reused, so a stale pointer to one
///   is at worst a pointer to another goroutine.
///
/// States
///   kDead     -> kRunnable | a goroutine is started    | launch
///   kRunnable -> kRunning  | an M takes it             | begin
///   kRunning  -> kRunnable | it yields                 | commit_yield
///   kRunning  -> kDead     | its function returned     | commit_exit
///   The numbers are Go's; the gaps belong to layers above.
///
/// Threads
///   A runnable goroutine belongs to the queue it is in, a running one to
///   the M that runs it. Handing over is the queues' business
///   ([MO:runq-tail], [MO:runnext], the scheduler's lock).
///
/// Source
///   Go runtime/runtime2.go: g; status numbers _Grunnable and so on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "strata/base/atomic.hpp"
#include "strata/base/cacheline.hpp"
#include "strata/base/owner_word.hpp"
#include "strata/context/stack.hpp"
#include "strata/context/switch.hpp"

namespace strata::sched {

/// Says what a goroutine is doing. The values are printed by scheddetail.
enum class GStatus : std::uint32_t {
  kRunnable = 1,  ///< In a run queue, or on the way to one.
  kRunning = 2,   ///< On an M, with a P.
  kDead = 6,      ///< Record unused: never used, or its function returned.
};

/// Bytes of a goroutine's name, with the terminating zero.
inline constexpr std::size_t kNameBytes = 24;
/// Words a goroutine carries for layers above; layer n owns word n - 3.
inline constexpr std::size_t kLayerWords = 8;

/// Holds a goroutine's record.
/// @goname{g, runtime2.go}
struct alignas(kCacheLineBytes) G {
  // owner only: the queue or the M it is in; see Threads
  // [doc:g-record]
  /// Where it continues when it is not running.
  context::Context context;
  /// Its stack; kept by a dead record for the next goroutine.
  context::Stack stack;
  /// Calls and destroys the closure.
  void (*invoke)(void* closure) = nullptr;
  /// The function object, at the top of the stack.
  void* closure = nullptr;
  /// Above 0: the running code must not be taken off its M.
  std::uint32_t no_preempt = 0;
  /// True for goroutines of the runtime itself; not counted as the user's.
  bool is_system = false;
  // [/doc:g-record]
  /// One word for each layer above, zero at the start of a goroutine.
  std::array<std::uintptr_t, kLayerWords> layer_words{};

  // constant while the goroutine lives
  /// Number of the goroutine that started it, 0 for the first.
  std::uint64_t parent_id = 0;
  /// An address in the code that started it.
  const void* created_at = nullptr;
  /// Name for reports, zero-terminated, empty when it has none.
  char name[kNameBytes] = {};

  // atomic [MO:g-status], written by the owner, read by reports
  /// What it is doing; changed by `transition` alone.
  atomic<GStatus> status{GStatus::kDead};
  // owner writes, reports read
  /// Number of the goroutine, from 1; never used twice in a run.
  OwnerWord<std::uint64_t> id{0};
  /// Number of the M that runs it, -1 when none does.
  OwnerWord<std::int32_t> m_id{-1};
};

static_assert(sizeof(G) <= 320, "a million records must stay affordable");

namespace detail {
// Ends the process: a record does not have the status it must have.
[[noreturn, gnu::cold]] void wrong_status(const char* whose,
                                          std::uint64_t id,
                                          std::uint32_t is,
                                          std::uint32_t expected) noexcept;

template <class Owner, class Status>
inline void change_status(const char* whose, Owner& owner, Status from,
                          Status to) noexcept {
  // relaxed: the caller owns the record and knows its last status.
  const Status is = owner.status.load(std::memory_order_relaxed);
  if (is != from) [[unlikely]] {
    wrong_status(whose, static_cast<std::uint64_t>(owner.id),
                 static_cast<std::uint32_t>(is),
                 static_cast<std::uint32_t>(from));
  }
  // [MO:g-status] a report that sees the status sees what led to it.
  owner.status.store(to, std::memory_order_release);
}
}  // namespace detail

/// Changes a goroutine's status; the only function that does.
/// @param g owned by the caller. @param from the status it must have now.
/// @param to the next status, along one of the edges above.
/// @errors Ends the process when the status is not `from`.
/// @memorder release [MO:g-status]
/// @goname{casgstatus, proc.go}
inline void transition(G& g, GStatus from, GStatus to) noexcept {
  detail::change_status("goroutine", g, from, to);
}

/// Names a status as dumps print it. @param status any.
/// @return a string that lives forever.
[[nodiscard]] const char* status_name(GStatus status) noexcept;

}  // namespace strata::sched
