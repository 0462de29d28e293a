/// @file
/// @brief Checks that threads, mappings and files are given back.
///
/// Story
///   The kernel keeps the books: /proc/self lists every thread, mapping and
///   open file of the process. A LeakCheck remembers them when it is made
///   and compares later. Ending threads are still listed for a moment, so
///   it looks again until the books agree or the limit has passed.
///
/// Not done
///   Exact comparison of mappings in sanitizer builds: the sanitizers map
///   shadow memory whenever they like. There only threads and files count.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "strata/testkit/eventually.hpp"

namespace strata::testkit {

/// Counts what a process holds of the kernel.
struct Resources {
  /// Threads, the main one included.
  std::size_t threads = 0;
  /// Open file descriptors.
  std::size_t files = 0;
  /// Ranges of address space.
  std::size_t mappings = 0;
  /// Address space in bytes, reserved or in use.
  std::size_t mapped_bytes = 0;
};

/// Counts what this process holds at the moment.
/// @errors Ends the process if /proc is not there.
[[nodiscard]] Resources count_resources();

/// Says how much may be added without being a leak.
struct Allowance {
  /// Mappings that may be added.
  std::size_t mappings = 0;
  /// Bytes of address space that may be added.
  std::size_t mapped_bytes = 0;
};

/// Remembers what the process holds and tells what was added since.
///
/// The C library keeps the stacks and heaps of ended threads for reuse. Run
/// the code under test once before making the check, so that these are
/// there.
class LeakCheck {
 public:
  /// Takes stock. @param allowance what is no leak.
  explicit LeakCheck(Allowance allowance = {}) noexcept;

  /// Waits until everything added since has been given back.
  /// @param limit how long to wait for ending threads.
  /// @return true if nothing is left over.
  /// @blocks{M}
  [[nodiscard]] bool clean(
      std::chrono::nanoseconds limit = kEventuallyLimit) const;

  /// Describes before and now in one line, for a test's failure message.
  [[nodiscard]] std::string describe() const;

 private:
  [[nodiscard]] bool covers(const Resources& now) const noexcept;

  // constant after init
  Allowance allowance_;
  Resources before_;
};

}  // namespace strata::testkit
