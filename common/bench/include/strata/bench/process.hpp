/// @file
/// @brief Asks the system what this process has used: time and memory.
#pragma once

#include "strata/bench/loop.hpp"

#include <cstddef>
#include <cstdint>

namespace strata::bench {

/// Returns the nanoseconds of processor time that all threads of this
/// process have used together.
[[nodiscard]] std::int64_t process_cpu_ns();

/// Returns nanoseconds of a clock that never jumps.
[[nodiscard]] std::int64_t wall_ns();

/// Memory of this process at one moment.
struct MemoryUse {
  /// Resident bytes, page tables not included.
  std::size_t resident_bytes = 0;
  /// Bytes of page tables.
  std::size_t page_table_bytes = 0;
  /// Mappings, of which the system allows 65,530 by default.
  std::size_t mappings = 0;
};

/// Reads what the process holds now. What cannot be read is 0.
[[nodiscard]] MemoryUse memory_use();

/// Reports what the process holds more than it held before, as the metrics
/// `memory` and `page_tables`, both per operation, and `mappings`.
/// @param loop the round whose operations are still alive.
/// @param before what memory_use() said before the first of them.
void report_memory_each(Loop& loop, const MemoryUse& before);

}  // namespace strata::bench
