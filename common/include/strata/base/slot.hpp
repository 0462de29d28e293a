/// @file
/// @brief Lets a reader replace code that is usually inline.
///
/// Story
///   A slot is a source file that a reader's own takes the place of. Code
///   on the fastest paths stands in a header instead, where callers inline
///   it. In builds with slots (`STRATA_SLOTS`) such a header is compiled as
///   one translation unit, and its functions are ordinary ones:
///
///       class Queue {
///         STRATA_SLOT_INLINE bool put(Item& item);
///       };
///       #if !STRATA_SLOTS
///       #include "queue_inline.hpp"   // bool Queue::put(Item& item) {...}
///       #endif
///
///   and queue.cpp includes queue_inline.hpp if STRATA_SLOTS is set.
#pragma once

/// Declares a function of a slot: `inline`, except in builds with slots.
#if defined(STRATA_SLOTS) && STRATA_SLOTS
#define STRATA_SLOT_INLINE
#else
#define STRATA_SLOT_INLINE inline
#endif
