/// @file
/// @brief Uses a name that whoever includes it has to declare first.
#pragma once

namespace strata::lower {

/// Returns what it was given.
Forgotten same(Forgotten value);

}  // namespace strata::lower
