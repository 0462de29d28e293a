/// @file
/// @brief Declares the name in time, so that the library itself builds.
namespace strata::lower {
using Forgotten = int;
}  // namespace strata::lower

#include "strata/lower/needy.hpp"

strata::lower::Forgotten strata::lower::same(Forgotten value) {
  return value;
}
