/// @file
/// @brief Starts a program with two pipes and drains them until it ends.
#include "strata/testkit/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <system_error>
#include <utility>

#include "strata/base/assert.hpp"

namespace strata::testkit {

namespace {

using Clock = std::chrono::steady_clock;

// Shell convention for "could not be run".
constexpr int kNotStarted = 127;
// A program may close its pipes and live on; this is how often we look.
constexpr std::chrono::milliseconds kLookInterval{10};

// Owns one end of a pipe.
class End {
 public:
  explicit End(int fd) noexcept : fd_(fd) {}
  End(End&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  End(const End&) = delete;
  End& operator=(const End&) = delete;
  End& operator=(End&&) = delete;
  ~End() { close(); }

  void close() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  [[nodiscard]] int fd() const noexcept { return fd_; }

 private:
  int fd_;
};

struct Pipe {
  End read;
  End write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  const int status = ::pipe2(ends.data(), O_CLOEXEC);
  STRATA_ASSERT(status == 0, "run_program: no pipe");
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return {End(ends[0]), End(ends[1])};
}

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Adds our own environment, less the names that are given already.
std::vector<std::string> join_environment(
    std::vector<std::string> entries) {
  const std::vector<std::string> given = entries;
  for (char** ours = environ; *ours != nullptr; ++ours) {
    const std::string entry = *ours;
    const std::string name = entry.substr(0, entry.find('=') + 1);
    const bool replaced = std::ranges::any_of(
        given,
        [&name](const auto& other) { return other.starts_with(name); });
    if (!replaced) entries.push_back(entry);
  }
  return entries;
}

// Starts the program as leader of a process group, so that its children can
// be killed with it, and with no signal blocked. Returns 0 or an errno.
int spawn(pid_t& pid, const std::string& path, std::vector<char*> arguments,
          std::vector<char*> environment, const Pipe& out,
          const Pipe& err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out.write.fd(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write.fd(), STDERR_FILENO);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);

  const int error = posix_spawn(&pid, path.c_str(), &actions, &attributes,
                                arguments.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

// Appends what the pipe holds; closes it at its end.
void drain(End& end, std::string& text) {
  std::array<char, 4096> buffer;
  while (end.fd() >= 0) {
    const ssize_t got = ::read(end.fd(), buffer.data(), buffer.size());
    if (got > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      end.close();
    } else if (errno == EAGAIN) {
      return;
    }
  }
}

// Sleeps until a pipe has something or the next look is due.
void wait_for_output(const End& out, const End& err) {
  std::array<pollfd, 2> ends{pollfd{out.fd(), POLLIN, 0},
                             pollfd{err.fd(), POLLIN, 0}};
  ::poll(ends.data(), ends.size(), static_cast<int>(kLookInterval.count()));
}

// A program of the same name beside the test that runs is another version
// of it, made for that test.
std::string preferred(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  const fs::path beside = self.parent_path() / fs::path(path).filename();
  return ::access(beside.c_str(), X_OK) == 0 ? beside.string() : path;
}

void report_status(int status, ProgramResult& result) {
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
}

}  // namespace

ProgramResult run_program(const std::string& path,
                          const std::vector<std::string>& arguments,
                          const std::vector<std::string>& environment,
                          std::chrono::milliseconds timeout) {
  std::vector<std::string> argv{preferred(path)};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  std::vector<std::string> env = join_environment(environment);
  Pipe out = make_pipe();
  Pipe err = make_pipe();

  ProgramResult result;
  pid_t pid = 0;
  if (spawn(pid, argv.front(), pointers_to(argv), pointers_to(env), out,
            err) != 0) {
    result.exit_code = kNotStarted;
    return result;
  }
  out.write.close();
  err.write.close();

  const Clock::time_point deadline = Clock::now() + timeout;
  int status = 0;
  while (::waitpid(pid, &status, WNOHANG) == 0) {
    if (!result.timed_out && Clock::now() >= deadline) {
      result.timed_out = true;
      ::kill(-pid, SIGKILL);
    }
    wait_for_output(out.read, err.read);
    drain(out.read, result.out);
    drain(err.read, result.err);
  }
  // A child that outlives the program may hold the pipes open; what is in
  // them now is the program's.
  drain(out.read, result.out);
  drain(err.read, result.err);
  report_status(status, result);
  return result;
}

}  // namespace strata::testkit
