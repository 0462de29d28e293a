/// @file
/// @brief Asserts: cheap ones that always hold watch, costly ones on
/// request.
///
/// Story
///   `STRATA_ASSERT` stays in release builds: a load, a compare and a
///   branch that the predictor learns. `STRATA_DCHECK` may walk a whole
///   queue and is compiled only into checked builds. Both name the rule
///   they defend, because the expression alone rarely says why it should be
///   true.
///
/// Source
///   TigerBeetle's style guide, on assertion density; SQLite's
///   assert_pager_state.
#pragma once

#include <string_view>

#include "strata/base/source_place.hpp"

namespace strata::detail {
/// Reports a failed assert and ends the process. @param rule why it should
/// hold.
[[noreturn, gnu::cold]] void assert_failed(std::string_view expression,
                                           std::string_view rule,
                                           SourcePlace where);
}  // namespace strata::detail

/// Ends the process when `cond` is false, in every build.
#define STRATA_ASSERT(cond, rule)                                        \
  do {                                                                   \
    if (!(cond)) [[unlikely]] {                                          \
      ::strata::detail::assert_failed(#cond, rule,                       \
                                      ::strata::SourcePlace::current()); \
    }                                                                    \
  } while (false)

/// Like STRATA_ASSERT, but only in builds with `STRATA_CHECKED`.
#if defined(STRATA_CHECKED) && STRATA_CHECKED
#define STRATA_DCHECK(cond, rule) STRATA_ASSERT(cond, rule)
#else
#define STRATA_DCHECK(cond, rule) \
  do {                            \
    (void)sizeof(!(cond));        \
  } while (false)
#endif

/// Marks a place that no execution reaches.
#define STRATA_UNREACHABLE(rule)                       \
  ::strata::detail::assert_failed("unreachable", rule, \
                                  ::strata::SourcePlace::current())

namespace strata {
/// True in builds with `STRATA_CHECKED`: costly checks on, capacities
/// shrunk.
inline constexpr bool kChecked =
#if defined(STRATA_CHECKED) && STRATA_CHECKED
    true;
#else
    false;
#endif
}  // namespace strata
