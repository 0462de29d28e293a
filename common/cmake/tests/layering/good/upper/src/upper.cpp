/// @file
/// @brief Defines the upper chapter of the layering tests.
#include "strata/upper/upper.hpp"

#include "strata/lower/lower.hpp"

int strata::upper::number() { return 1 + strata::lower::number(); }
