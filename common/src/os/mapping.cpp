/// @file
/// @brief Wraps mmap, madvise and their relatives; see the header.
#include "strata/os/mapping.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>
#include <utility>

#include "strata/base/assert.hpp"

namespace strata::os {

namespace {

// The C library of our oldest platforms does not know these numbers yet.
constexpr int kAdviseGuardInstall = 102;
constexpr long kProcessMadvise = 440;
constexpr long kPidfdOpen = 434;
// The kernel takes at most IOV_MAX ranges per call; fewer fit on the stack.
constexpr std::size_t kRangesPerCall = 64;
// What the kernel uses when nobody says otherwise.
constexpr std::size_t kDefaultMappingCountMax = 65530;

[[maybe_unused]] bool page_aligned(Range range) {
  const auto start = reinterpret_cast<std::uintptr_t>(range.start);
  return ((start | range.bytes) & (page_bytes() - 1)) == 0;
}

int advise_each(std::span<const Range> ranges, int advice) {
  for (const Range range : ranges) {
    STRATA_DCHECK(page_aligned(range), "os: advice is given by the page");
    if (madvise(range.start, range.bytes, advice) != 0) return errno;
  }
  return 0;
}

// One call of the kernel's; it may stop early and say how many bytes it
// did.
int advise_batch(int process, std::span<const Range> ranges, int advice) {
  std::array<iovec, kRangesPerCall> vectors;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    STRATA_DCHECK(page_aligned(ranges[i]),
                  "os: advice is given by the page");
    vectors[i] = {ranges[i].start, ranges[i].bytes};
    bytes += ranges[i].bytes;
  }
  const long done = syscall(kProcessMadvise, process, vectors.data(),
                            ranges.size(), advice, 0);
  if (done < 0) return errno;
  // Advice twice does no harm, so a short answer is simply finished singly.
  if (static_cast<std::size_t>(done) < bytes) {
    return advise_each(ranges, advice);
  }
  return 0;
}

int advise_batched(std::span<const Range> ranges, int advice) {
  // Opened per call: after a fork an old descriptor would name the parent.
  const auto process = static_cast<int>(syscall(kPidfdOpen, getpid(), 0));
  if (process < 0) return errno;
  int error = 0;
  while (!ranges.empty() && error == 0) {
    const std::size_t count = std::min(ranges.size(), kRangesPerCall);
    error = advise_batch(process, ranges.first(count), advice);
    ranges = ranges.subspan(count);
  }
  close(process);
  return error;
}

// Reads the start of a small file of the kernel's. Empty on failure.
std::string_view read_file(const char* path, std::span<char> buffer) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  const ssize_t count = read(file, buffer.data(), buffer.size());
  close(file);
  return {buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
}

std::size_t parse_number(std::string_view text, std::size_t otherwise) {
  text.remove_prefix(
      std::min(text.find_first_of("0123456789"), text.size()));
  std::size_t value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Reads a "Name:   123 kB" line of /proc/self/status, in bytes.
std::size_t status_bytes(std::string_view name) {
  std::array<char, 4096> buffer;
  const std::string_view text = read_file("/proc/self/status", buffer);
  const std::size_t at = text.find(name);
  if (at == std::string_view::npos) return 0;
  return parse_number(text.substr(at), 0) * 1024;
}

}  // namespace

std::size_t page_bytes() noexcept {
  static const auto bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

Mapping::~Mapping() {
  if (range_.start != nullptr) munmap(range_.start, range_.bytes);
}

Mapping::Mapping(Mapping&& other) noexcept
    : range_(std::exchange(other.range_, Range{})) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  const Mapping old(std::exchange(range_, std::exchange(other.range_, {})));
  return *this;
}

Mapping Mapping::reserve(std::size_t bytes, int& error_number) noexcept {
  STRATA_ASSERT(bytes > 0 && bytes % page_bytes() == 0,
                "os: address space comes by the page");
  void* start = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  error_number = start == MAP_FAILED ? errno : 0;
  if (start == MAP_FAILED) return {};
  return Mapping({static_cast<std::byte*>(start), bytes});
}

int install_guard_markers(std::span<const Range> ranges) noexcept {
  return advise_each(ranges, kAdviseGuardInstall);
}

int install_guard_markers_batched(std::span<const Range> ranges) noexcept {
  return advise_batched(ranges, kAdviseGuardInstall);
}

int protect_from_access(Range range) noexcept {
  STRATA_DCHECK(page_aligned(range), "os: rights are given by the page");
  return mprotect(range.start, range.bytes, PROT_NONE) == 0 ? 0 : errno;
}

int give_back(std::span<const Range> ranges) noexcept {
  if (advise_batched(ranges, MADV_DONTNEED) == 0) return 0;
  return advise_each(ranges, MADV_DONTNEED);
}

std::size_t mapping_count_max() noexcept {
  std::array<char, 32> buffer;
  return parse_number(read_file("/proc/sys/vm/max_map_count", buffer),
                      kDefaultMappingCountMax);
}

std::size_t mapping_count() noexcept {
  const int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  std::array<char, 4096> buffer;
  std::size_t lines = 0;
  ssize_t count;
  while ((count = read(file, buffer.data(), buffer.size())) > 0) {
    lines += static_cast<std::size_t>(
        std::count(buffer.begin(), buffer.begin() + count, '\n'));
  }
  close(file);
  return lines;
}

std::size_t resident_bytes() noexcept { return status_bytes("VmRSS:"); }

std::size_t page_table_bytes() noexcept { return status_bytes("VmPTE:"); }

}  // namespace strata::os
