/// @file
/// @brief Compiles a run queue's owner's side, where it is not inline.
///
/// Story
///   In builds with slots this is one translation unit, which a reader's
///   run_queue.cpp takes the place of. In all others run_queue.hpp brings
///   the same code to its callers and nothing is left to compile here.
#include "strata/sched/run_queue.hpp"

#if STRATA_SLOTS
#include "strata/sched/run_queue_inline.hpp"
#endif
