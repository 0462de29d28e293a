/// @file
/// @brief Starts and joins OS threads.
///
/// Story
///   An M is one of these. Unlike std::thread it reports failure as an
///   errno instead of throwing, takes a stack size and a name, and starts
///   with every asynchronous signal blocked, so that no handler runs before
///   the thread has its alternate stack. During an exploration it is a
///   virtual thread of the explorer.
///
/// Invariants
///   - I-00.6 A started thread is joined before its Thread is destroyed.
///   - I-00.7 On entry all signals but the fault signals are blocked.
#pragma once

#include <cstddef>
#include <cstdint>

#include <pthread.h>

namespace strata::os {

/// Owns one OS thread from start() to join().
class Thread {
 public:
  /// Runs on the new thread; must not throw.
  using Entry = void (*)(void* argument);

  /// Makes a Thread that is not started.
  constexpr Thread() noexcept = default;
  /// Checks that the thread was joined.
  ~Thread();
  /// Takes over a thread. @param other is not started afterwards
  Thread(Thread&& other) noexcept;
  /// Takes over a thread. @param other is not started afterwards
  /// @pre not started
  Thread& operator=(Thread&& other) noexcept;

  /// Starts the thread.
  /// @param entry the function to run
  /// @param argument passed to @p entry, not owned
  /// @param name shown by debuggers, cut after 15 bytes; must live until
  ///        the thread ended
  /// @param stack_bytes size of its stack, 0 for the system's default
  /// @pre not started
  /// @return 0, or the errno of the refusal (EAGAIN: no more threads)
  [[nodiscard]] int start(Entry entry, void* argument, const char* name,
                          std::size_t stack_bytes = 0) noexcept;

  /// Waits until the thread has ended.
  /// @pre started and not joined
  /// @blocks{M}
  void join() noexcept;

  /// Returns true between start() and join().
  [[nodiscard]] bool joinable() const noexcept {
    return state_ != State::kNone;
  }

  /// Returns the handle for pthread_kill() and the like.
  /// @pre joinable() and not a virtual thread
  [[nodiscard]] pthread_t native() const noexcept { return native_; }

 private:
  enum class State : std::uint8_t { kNone, kReal, kVirtual };

  // owner only
  State state_ = State::kNone;
  int virtual_id_ = 0;
  pthread_t native_{};
};

/// Returns the kernel's id of the calling thread.
/// @return a positive number; the virtual thread's under the explorer
[[nodiscard]] int thread_id() noexcept;

/// Lets other OS threads run first.
void yield_thread() noexcept;

}  // namespace strata::os
