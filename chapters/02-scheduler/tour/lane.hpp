/// @file
/// @brief Draws what one P does over time as a line of text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "strata/sched/layer.hpp"

namespace strata::tour {

/// Holds the picture of one P and, below it, of its steals.
struct Lane {
  /// Columns of time.
  static constexpr std::int64_t kColumns = 66;

  /// What the P did: a goroutine's letter, ' ' looking, '.' no thread.
  std::string runs = std::string(kColumns, '.');
  /// In the column of a steal, how many goroutines it moved.
  std::string steals = std::string(kColumns + 1, ' ');
  /// Columns of `runs` that are finished.
  std::size_t drawn = 0;
  /// What the P does in the next column.
  char now = '.';
  /// Where the last steal counts its goroutines.
  char* count = nullptr;

  /// Draws up to an event.
  /// @param event of this P, later than those before.
  /// @param letter of the event's goroutine. @param column from 0 to
  /// kColumns.
  void draw(const sched::TraceEvent& event, char letter,
            std::size_t column) {
    using enum sched::TraceKind;
    for (; drawn < column; ++drawn) runs[drawn] = now;
    if (event.kind == kProcStart) now = ' ';
    if (event.kind == kProcStop) now = '.';
    if (event.kind == kSteal) *(count = &steals[column]) = '0';
    if (event.kind == kGoStart) now = letter;
    if (event.kind == kGoStart && count != nullptr) ++*count;
    // The end of a goroutine is reported after the start of the next one.
    if (event.kind == kGoEnd && now == letter) now = ' ';
  }
};

}  // namespace strata::tour
