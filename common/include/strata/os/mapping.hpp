/// @file
/// @brief Reserves address space, guards parts of it and gives memory back.
///
/// Story
///   Address space is free and memory is not: a runtime reserves much of
///   the first and lets the kernel add the second page by page as it is
///   touched. A guard is a range whose touch is a fault. The old way to
///   make one, mprotect, splits the mapping, and a process may have only
///   some 65,000 mappings; guard markers (Linux 6.13) live in the page
///   tables and split nothing. Both are here, one range at a time or many
///   per system call.
///
/// Threads
///   Free functions are thread-safe; a Mapping has one owner.
///
/// Source
///   madvise(2) MADV_GUARD_INSTALL; process_madvise(2); proc(5)
///   max_map_count.
#pragma once

#include <cstddef>
#include <span>

namespace strata::os {

/// Tells the size of a page of memory. @return bytes, a power of two.
[[nodiscard]] std::size_t page_bytes() noexcept;

/// Names a range of address space.
struct Range {
  /// First byte, at a page boundary.
  std::byte* start = nullptr;
  /// Length, a multiple of the page size.
  std::size_t bytes = 0;
};

/// Owns a reserved range of address space.
class Mapping {
 public:
  /// Makes an owner of nothing.
  Mapping() noexcept = default;
  /// Gives the range and its memory back.
  ~Mapping();
  /// Takes over a range. @param other owns nothing afterwards.
  Mapping(Mapping&& other) noexcept;
  /// Gives its range back and takes over another. @param other as above.
  /// @return this owner.
  Mapping& operator=(Mapping&& other) noexcept;

  /// Reserves zeroed memory that costs nothing until touched.
  ///
  /// Not counted against the commit limit unless the system is configured
  /// to count everything (vm.overcommit_memory=2).
  /// @param bytes a multiple of the page size, above 0.
  /// @param error_number receives the system's reason on failure.
  /// @return an owner; of nothing on failure.
  [[nodiscard]] static Mapping reserve(std::size_t bytes,
                                       int& error_number) noexcept;

  /// Tells where the range starts. @return its address, null if none.
  [[nodiscard]] std::byte* data() const noexcept { return range_.start; }
  /// Tells how long the range is. @return bytes, 0 if none.
  [[nodiscard]] std::size_t bytes() const noexcept { return range_.bytes; }
  /// Tells whether there is a range. @return true if one is owned.
  explicit operator bool() const noexcept {
    return range_.start != nullptr;
  }

 private:
  explicit Mapping(Range range) noexcept : range_(range) {}

  // owner only
  Range range_;
};

/// Makes guards with markers in the page tables.
///
/// Whatever the ranges held is lost. Guards survive `give_back`.
/// @param ranges parts of Mappings, any number.
/// @return 0, or errno: EINVAL where the kernel has no guard markers.
[[nodiscard]] int install_guard_markers(
    std::span<const Range> ranges) noexcept;

/// As `install_guard_markers`, many ranges per system call.
/// @param ranges as there.
/// @return 0, or errno: ENOSYS, EPERM or EINVAL where the kernel cannot.
[[nodiscard]] int install_guard_markers_batched(
    std::span<const Range> ranges) noexcept;

/// Makes one guard by taking all rights away from a range; costs a mapping.
/// @param range part of a Mapping.
/// @return 0, or errno: ENOMEM when the process has no mapping left.
[[nodiscard]] int protect_from_access(Range range) noexcept;

/// Gives the memory of ranges back; they read as zero afterwards.
/// Uses one system call for many ranges where the kernel has it.
/// @param ranges parts of Mappings, any number.
/// @return 0, or errno.
int give_back(std::span<const Range> ranges) noexcept;

/// Reads how many mappings a process may have (vm.max_map_count).
/// @return the limit, or the kernel's default when it cannot be read.
[[nodiscard]] std::size_t mapping_count_max() noexcept;

/// Counts the mappings the process has now, from /proc/self/maps.
/// @return how many, 0 when they cannot be read.
[[nodiscard]] std::size_t mapping_count() noexcept;

/// Counts the memory the process occupies now, without its page tables.
/// @return bytes, 0 when it cannot be read.
[[nodiscard]] std::size_t resident_bytes() noexcept;

/// Counts the memory that the process's page tables occupy now.
/// @return bytes, 0 when it cannot be read.
[[nodiscard]] std::size_t page_table_bytes() noexcept;

}  // namespace strata::os
