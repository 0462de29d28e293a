/// @file
/// @brief Records what happened in a schedule and prints it in columns.
#pragma once

#include "strata/base/explore_hooks.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strata::testkit {

/// Is one thing a virtual thread did.
struct Event {
  exploring::Operation operation;
  std::uint8_t thread;
  std::uint8_t bytes;       ///< width of the object, 0 if there is none
  std::memory_order order;  ///< as written at the access
  const void* object;       ///< or the label of a kStep
  exploring::Word before;   ///< the value seen
  exploring::Word after;    ///< the value written, or a result
  std::int64_t time_ns;     ///< virtual time
};

/// Keeps the events of one schedule and the names to print them with.
class EventLog {
 public:
  /// Forgets everything; a new schedule begins.
  void clear() noexcept;

  /// Records an event.
  void add(const Event& event) noexcept {
    // Values of 8 bytes may be addresses, which differ from run to run.
    const exploring::Word value = event.bytes < 8 ? event.after : 0;
    hash_ ^= value + static_cast<std::uint64_t>(event.operation) * 64 +
             event.thread;
    hash_ *= 0x9e3779b97f4a7c15ULL;
    hash_ ^= hash_ >> 29;
    ring_[count_++ % kRingSlots] = event;
  }

  /// Names an object for the report.
  void name(const void* begin, std::size_t bytes, const char* name) {
    names_.push_back({static_cast<const std::byte*>(begin), bytes, name});
  }

  /// Returns the name of an address, such as "queue" or "queue+8".
  [[nodiscard]] std::string name_of(const void* address) const;

  /// Prints the kept events, oldest first.
  /// @param thread_names by thread id
  [[nodiscard]] std::vector<std::string> print(
      const std::vector<std::string_view>& thread_names) const;

  /// Finds the last event of @p operation on @p object.
  /// @return its position counted from 1; 0 if it is not among the kept
  /// ones
  [[nodiscard]] std::uint64_t find_last(exploring::Operation operation,
                                        const void* object) const;
  /// Returns the kept event at @p position, counted from 1.
  [[nodiscard]] const Event& at(std::uint64_t position) const {
    return ring_[(position - 1) % kRingSlots];
  }

  /// Returns the number of events of this schedule.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// Returns a number that differs when any event differs.
  [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }

 private:
  static constexpr std::size_t kRingSlots = std::size_t{1} << 14;

  struct Name {
    const std::byte* begin;
    std::size_t bytes;
    const char* name;
  };

  [[nodiscard]] std::uint64_t first_kept() const noexcept {
    return count_ <= kRingSlots ? 1 : count_ - kRingSlots + 1;
  }

  std::uint64_t count_ = 0;
  std::uint64_t hash_ = 0;
  std::vector<Event> ring_{std::vector<Event>(kRingSlots)};
  std::vector<Name> names_;
};

}  // namespace strata::testkit
