/// @file
/// @brief Declares what the upper chapter of the layering tests offers.
#pragma once

namespace strata::upper {

/// Returns the number of the chapter.
int number();

}  // namespace strata::upper
