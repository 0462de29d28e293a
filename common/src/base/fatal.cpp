/// @file
/// @brief Implements the fatal report and the writer it is printed with.
///
/// Threads
///   Everything here may run on any thread, on any stack and in a signal
///   handler. Only one thread prints a report: the first to ask. A second
///   one waits for the process to end, so that two reports never
///   interleave.
#include "strata/base/fatal.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include <unistd.h>

#include "strata/base/assert.hpp"
#include "strata/base/traceback.hpp"
#if defined(STRATA_EXPLORE) && STRATA_EXPLORE
#include "strata/base/explore_hooks.hpp"
#endif

namespace strata {
namespace {

std::atomic<DescribeRunning> g_describe_running{nullptr};

// The thread that prints the report; 0 while nobody does.
std::atomic<int> g_reporter{0};

void write_all(const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(STDERR_FILENO, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
}

// Lets the first caller through. A fault inside the report must still end
// the process, so the same thread passing a second time exits at once.
void become_reporter() {
  int nobody = 0;
  const int self = ::gettid();
  // relaxed: the id is the whole message, no other data travels with it.
  if (g_reporter.compare_exchange_strong(nobody, self,
                                         std::memory_order_relaxed,
                                         std::memory_order_relaxed)) {
    return;
  }
  if (nobody == self) ::_exit(kFatalExitStatus);
  for (;;) ::pause();
}

// Under exploration a fatal error ends the schedule, which is then reported
// with its events and its seed, instead of the process.
void fail_schedule([[maybe_unused]] std::string_view message) {
#if defined(STRATA_EXPLORE) && STRATA_EXPLORE
  auto* controller = exploring::current_controller();
  if (controller != nullptr) controller->fail(std::string(message).c_str());
#endif
}

void print_place(RawWriter& out, const SourcePlace& where) {
  out.str("\tat ").str(where.file_name()).str(":").dec(where.line());
  out.str(" in ").str(where.function_name()).str("\n");
}

// Frames of this file that no reader wants to see.
constexpr int kOwnFrames = 2;

void print_running_and_stack() {
  RawWriter out;
  out.str("\n");
  describe_running(out);
  out.flush();
  print_stack_here(kOwnFrames);
}

}  // namespace

RawWriter& RawWriter::str(std::string_view text) {
  while (!text.empty()) {
    if (used_ == kBufferBytes) flush();
    const std::size_t count = std::min(text.size(), kBufferBytes - used_);
    std::memcpy(buffer_ + used_, text.data(), count);
    used_ += count;
    text.remove_prefix(count);
  }
  return *this;
}

RawWriter& RawWriter::dec(std::int64_t value) {
  char digits[24];
  std::size_t begin = sizeof digits;
  auto rest = static_cast<std::uint64_t>(value);
  if (value < 0) rest = 0 - rest;
  do {
    digits[--begin] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (value < 0) digits[--begin] = '-';
  return str({digits + begin, sizeof digits - begin});
}

RawWriter& RawWriter::hex(std::uint64_t value) {
  char digits[18];
  std::size_t begin = sizeof digits;
  do {
    digits[--begin] = "0123456789abcdef"[value % 16];
    value /= 16;
  } while (value != 0);
  digits[--begin] = 'x';
  digits[--begin] = '0';
  return str({digits + begin, sizeof digits - begin});
}

RawWriter& RawWriter::ptr(const void* address) {
  return hex(reinterpret_cast<std::uintptr_t>(address));
}

void RawWriter::flush() {
  const int kept_errno = errno;
  write_all(buffer_, used_);
  used_ = 0;
  errno = kept_errno;
}

void set_describe_running(DescribeRunning describe) noexcept {
  // [MO:describe-running] publishes what the function reads.
  g_describe_running.store(describe, std::memory_order_release);
}

void describe_running(RawWriter& out) {
  // [MO:describe-running] pairs with set_describe_running.
  DescribeRunning describe =
      g_describe_running.load(std::memory_order_acquire);
  if (describe != nullptr) describe(out);
}

void exit_fatally() noexcept {
  const char* mode = std::getenv("GOTRACEBACK");
  if (mode != nullptr && std::string_view(mode) == "crash") std::abort();
  ::_exit(kFatalExitStatus);
}

void fatal(std::string_view message, SourcePlace where) {
  fail_schedule(message);
  become_reporter();
  RawWriter out;
  out.str("fatal error: ").str(message).str("\n");
  print_place(out, where);
  out.flush();
  print_running_and_stack();
  exit_fatally();
}

void fatal_user(std::string_view message) {
  fail_schedule(message);
  become_reporter();
  RawWriter out;
  out.str("fatal error: ").str(message).str("\n");
  out.flush();
  print_running_and_stack();
  exit_fatally();
}

namespace detail {

void assert_failed(std::string_view expression, std::string_view rule,
                   SourcePlace where) {
  fail_schedule(rule);
  become_reporter();
  RawWriter out;
  out.str("fatal error: assertion failed: ").str(rule).str("\n");
  out.str("\texpected ").str(expression).str("\n");
  print_place(out, where);
  out.flush();
  print_running_and_stack();
  exit_fatally();
}

}  // namespace detail
}  // namespace strata
