/// @file
/// @brief Defines the lower chapter of the layering tests.
#include "strata/lower/lower.hpp"

int strata::lower::number() { return 1; }
