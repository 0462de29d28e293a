/// @file
/// @brief Looks up from chapter 1 to chapter 2, which must not compile.
#include "strata/upper/upper.hpp"

int curious() { return strata::upper::number(); }
