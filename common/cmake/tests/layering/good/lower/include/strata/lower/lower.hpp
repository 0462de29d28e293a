/// @file
/// @brief Declares what the lower chapter of the layering tests offers.
#pragma once

namespace strata::lower {

/// Returns the number of the chapter.
int number();

}  // namespace strata::lower
