/// @file
/// @brief Lets an OS thread sleep on a word and be woken by its address.
///
/// Story
///   The kernel compares the word and falls asleep in one step, so that a
///   wake between the check and the sleep is not lost, provided the waker
///   changes the word first. Every blocking thing in the runtime ends here.
#pragma once

#include "strata/base/atomic.hpp"

#include <cstdint>

namespace strata::os {

/// Says why futex_wait() came back.
enum class FutexResult : std::uint8_t {
  kWoken,         ///< by a wake, a signal, or for no reason: look again
  kValueChanged,  ///< the word was not the expected value: never slept
  kTimedOut,      ///< the time was over first
};

/// Sleeps while @p word is @p expected, until woken.
/// @param word any word; must outlive the sleep
/// @param expected the value it must still have to fall asleep
/// @param timeout_ns relative nanoseconds; negative waits forever
/// @return why it came back; the caller looks at the word again
/// @blocks{M}
FutexResult futex_wait(atomic<std::uint32_t>& word, std::uint32_t expected,
                       std::int64_t timeout_ns = -1) noexcept;

/// Wakes up to @p count threads that sleep on @p word.
/// @pre the word was changed before, else a thread just falling asleep is
///      missed
/// @return the number of threads woken
int futex_wake(atomic<std::uint32_t>& word, int count) noexcept;

}  // namespace strata::os
