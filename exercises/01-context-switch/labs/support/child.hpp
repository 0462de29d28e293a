/// @file
/// @brief Runs code that may end the process, in a child process.
///
/// Story
///   A touched guard and a broken claim end the process. The test forks,
///   lets the child do it, and looks at how it ended and what it wrote.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "strata/testkit/catch.hpp"

namespace strata::context::lab {

/// How a child ended.
struct Ended {
  /// Exit status, or -1 if a signal ended it.
  int status = -1;
  /// The signal that ended it, or 0.
  int signal = 0;
  /// What it wrote to standard error.
  std::string text;

  /// Tells whether it wrote `part`.
  bool says(const std::string& part) const {
    return text.find(part) != std::string::npos;
  }
};

namespace detail_of_child {
inline std::string read_all(int descriptor) {
  std::string text;
  char part[4096];
  for (;;) {
    const ssize_t got = read(descriptor, part, sizeof part);
    if (got <= 0) return text;
    text.append(part, static_cast<std::size_t>(got));
  }
}
}  // namespace detail_of_child

/// Runs `body` in a child. A body that comes back ends with status 99.
/// @return how the child ended.
template <class Body>
Ended run_in_child(Body body) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    signal(SIGSEGV, SIG_DFL);
    signal(SIGILL, SIG_DFL);
    signal(SIGABRT, SIG_DFL);
    dup2(ends[1], STDERR_FILENO);
    body();
    _exit(99);
  }
  close(ends[1]);
  Ended ended;
  ended.text = detail_of_child::read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  if (WIFEXITED(status)) ended.status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  return ended;
}

/// Tells whether a write to an address is a fault.
inline bool write_is_fatal(std::byte* address) {
  const Ended ended = run_in_child([address] {
    *const_cast<volatile std::byte*>(address) = std::byte{1};
  });
  return ended.signal == SIGSEGV;
}

}  // namespace strata::context::lab
