/// @file
/// @brief Says what this build is made of.
#pragma once

#include <string_view>

namespace strata {

/// Names the slots that come from the reader instead of the reference.
/// @return `layer/slot` names with blanks between them; empty for a build
/// of
///         the reference. Static.
[[nodiscard]] std::string_view slots_of_reader() noexcept;

/// Describes the build in one line, for reports.
/// @return such as `Strata, slots of the reader: sched/run_queue`. Static.
[[nodiscard]] std::string_view build_info() noexcept;

}  // namespace strata
