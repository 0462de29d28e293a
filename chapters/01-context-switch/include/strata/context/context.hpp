/// @file
/// @brief Includes all of layer 1.
#pragma once

#include "strata/context/fault.hpp"
#include "strata/context/stack.hpp"
#include "strata/context/stack_pool.hpp"
#include "strata/context/switch.hpp"
