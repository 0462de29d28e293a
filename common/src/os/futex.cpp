/// @file
/// @brief Calls the kernel's futex, or the explorer's model of it.

#include "strata/os/futex.hpp"

#include "strata/base/assert.hpp"

#include <cerrno>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace strata::os {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

static_assert(sizeof(atomic<std::uint32_t>) == sizeof(std::uint32_t));

long futex(void* word, int operation, std::uint32_t value,
           const timespec* timeout) noexcept {
  return syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value,
                 timeout, nullptr, 0);
}

}  // namespace

FutexResult futex_wait(atomic<std::uint32_t>& word, std::uint32_t expected,
                       std::int64_t timeout_ns) noexcept {
#if STRATA_EXPLORE
  if (exploring::Controller* controller = exploring::current_controller()) {
    return controller->futex_wait({&word, sizeof(word)}, expected,
                                  timeout_ns);
  }
#endif
  timespec timeout{};
  if (timeout_ns >= 0) {
    timeout.tv_sec = timeout_ns / kNanosPerSecond;
    timeout.tv_nsec = timeout_ns % kNanosPerSecond;
  }
  const timespec* limit = timeout_ns >= 0 ? &timeout : nullptr;
  const int saved_errno = errno;
  FutexResult result = FutexResult::kWoken;
  if (futex(&word, FUTEX_WAIT, expected, limit) != 0) {
    if (errno == EAGAIN) result = FutexResult::kValueChanged;
    if (errno == ETIMEDOUT) result = FutexResult::kTimedOut;
    STRATA_ASSERT(errno == EAGAIN || errno == ETIMEDOUT || errno == EINTR,
                  "futex: the kernel refused to wait");
  }
  errno = saved_errno;
  return result;
}

int futex_wake(atomic<std::uint32_t>& word, int count) noexcept {
  STRATA_ASSERT(count > 0, "futex: nobody to wake");
#if STRATA_EXPLORE
  if (exploring::Controller* controller = exploring::current_controller()) {
    return controller->futex_wake({&word, sizeof(word)}, count);
  }
#endif
  const long woken =
      futex(&word, FUTEX_WAKE, static_cast<std::uint32_t>(count), nullptr);
  STRATA_ASSERT(woken >= 0, "futex: the kernel refused to wake");
  return static_cast<int>(woken);
}

}  // namespace strata::os
