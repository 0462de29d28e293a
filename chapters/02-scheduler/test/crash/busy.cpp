/// @file
/// @brief Keeps two Ps busy until a few SCHED lines have been printed.
///
/// Story
///   Standard error goes to a file in memory, so that main can count the
///   lines instead of guessing how long they take; at the end it is copied
///   to the real one.
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "strata/sched/sched.hpp"

namespace {

std::string contents(int file) {
  struct stat status {};
  if (fstat(file, &status) != 0) return {};
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  const ssize_t bytes = pread(file, text.data(), text.size(), 0);
  text.resize(bytes > 0 ? static_cast<std::size_t>(bytes) : 0);
  return text;
}

int count_summaries(int file) {
  const std::string text = contents(file);
  int count = 0;
  for (std::size_t at = text.find("SCHED "); at != std::string::npos;
       at = text.find("SCHED ", at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

int main() {
  constexpr int kLinesMore = 3;
  const int real = dup(STDERR_FILENO);
  const int file = memfd_create("lines", 0);
  if (real < 0 || file < 0 || dup2(file, STDERR_FILENO) < 0) return 76;
  const int code = strata::sched::run({}, [file] {
    for (int i = 0; i < 4; ++i) {
      strata::go([] {
        for (;;) strata::yield();
      });
    }
    const int wanted = count_summaries(file) + kLinesMore;
    while (count_summaries(file) < wanted) strata::yield();
  });
  const std::string text = contents(file);
  if (write(real, text.data(), text.size()) < 0) return 75;
  return code;
}
