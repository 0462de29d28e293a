/// @file
/// @brief Ends the process with a message, a place and a stack.
///
/// Story
///   Three kinds of error exist in Strata (see CONTRIBUTING.md). This file
///   serves the worst: the runtime itself, or a program beyond rescue. The
///   report has the shape of Go's `throw`: one `fatal error:` line, then
///   the stack, then exit status 2. Everything here may run inside a signal
///   handler: no allocation, no stdio, one write per piece of text.
///
/// Source
///   Go runtime/panic.go: throw, fatalthrow; runtime/print.go.
#pragma once

#include <cstdint>
#include <string_view>

#include "strata/base/source_place.hpp"

namespace strata {

/// Exit status of a process that the runtime ended, as in Go.
inline constexpr int kFatalExitStatus = 2;

/// Formats text to standard error without allocation or locks.
///
/// Collects up to 512 bytes and writes them when destroyed or full, so that
/// a line of a report stays whole when several threads print at once.
/// @pre May be used anywhere, also in a signal handler.
class RawWriter {
 public:
  RawWriter() = default;
  /// Writes what is left.
  ~RawWriter() { flush(); }
  RawWriter(const RawWriter&) = delete;
  RawWriter& operator=(const RawWriter&) = delete;

  /// Appends text. @param text any bytes, copied. @return this writer.
  RawWriter& str(std::string_view text);
  /// Appends a signed number in decimal. @param value any.
  /// @return this writer.
  RawWriter& dec(std::int64_t value);
  /// Appends `0x` and a number in hexadecimal. @param value any.
  /// @return this writer.
  RawWriter& hex(std::uint64_t value);
  /// Appends `0x` and an address. @param address any. @return this writer.
  RawWriter& ptr(const void* address);
  /// Writes what was collected so far.
  void flush();

 private:
  static constexpr std::size_t kBufferBytes = 512;
  char buffer_[kBufferBytes];
  std::size_t used_ = 0;
};

/// Prints who was running, right before a stack is printed.
///
/// The layer that knows goroutines sets it; without it a report starts with
/// the bare stack. It runs in signal handlers: no allocation, no locks.
using DescribeRunning = void (*)(RawWriter& out);

/// Sets the function that names the running goroutine in reports.
/// @param describe borrowed for the life of the process, or null for none.
void set_describe_running(DescribeRunning describe) noexcept;

/// Prints the line that names the running goroutine, if a layer knows one.
/// @param out receives the line.
void describe_running(RawWriter& out);

/// Prints `fatal error: <message>`, the place and the stack; ends the
/// process.
///
/// @param message one line without a newline, without the `fatal error:`.
/// @param where the caller, filled in by the compiler.
/// @post The process has exited with status 2, or aborted (and dumped core
///       where the system does) when `GOTRACEBACK=crash` is set.
/// @goname{throw, panic.go}
[[noreturn]] void fatal(std::string_view message,
                        SourcePlace where = SourcePlace::current());

/// Like `fatal`, for errors of the program rather than of the runtime:
/// prints no place inside Strata's own sources, which would mislead.
/// @param message one line without a newline, without the `fatal error:`.
/// @goname{fatal, panic.go}
[[noreturn]] void fatal_user(std::string_view message);

/// Ends the process as `fatal` does, after the caller has printed a report.
[[noreturn]] void exit_fatally() noexcept;

}  // namespace strata
