/// @file
/// @brief Includes what programs use of layer 2.
#pragma once

#include "strata/sched/go.hpp"
#include "strata/sched/layer.hpp"
#include "strata/sched/runtime.hpp"
