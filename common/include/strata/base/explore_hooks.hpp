/// @file
/// @brief Declares what code under exploration asks its controller.
///
/// Story
///   In an explorer build every access to shared memory, every futex call,
///   every thread and every look at the clock goes through the Controller
///   of the OS thread it happens on, if there is one. The controller lives
///   in the test kit; common knows this interface only. Without a
///   controller the callers do what a normal build does.
///
/// Threads
///   A controller runs all virtual threads of an exploration on one OS
///   thread, so nothing here needs an atomic. Other OS threads see no
///   controller.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace strata::os {
enum class FutexResult : std::uint8_t;
}  // namespace strata::os

namespace strata::exploring {

/// Says what a virtual thread does.
enum class Operation : std::uint8_t {
  kLoad,             ///< reads an atomic
  kStore,            ///< writes an atomic
  kExchange,         ///< exchanges a value
  kCompareExchange,  ///< exchanges a value if it is as expected
  kFetchAdd,         ///< adds to an atomic
  kFetchSub,         ///< subtracts from an atomic
  kFetchAnd,         ///< clears bits of an atomic
  kFetchOr,          ///< sets bits of an atomic
  kFence,            ///< orders its accesses
  kRelax,            ///< turns once in a spin loop
  kYield,            ///< lets other threads run first
  kFutexWait,        ///< falls asleep on a word, or finds it changed
  kFutexReturn,      ///< comes back from its sleep
  kFutexWake,        ///< wakes sleepers of a word
  kThreadStart,      ///< starts a thread
  kThreadJoin,       ///< waits for the end of a thread
  kThreadEnd,        ///< ends
  kFlush,            ///< its oldest late store reaches the others
  kStep,             ///< passes a point that the test has marked
};

/// Holds the value of any atomic, zero-extended.
using Word = std::uint64_t;

/// Names one atomic object: where it is and how wide.
struct Location {
  /// Its first byte.
  void* address;
  /// Its size.
  std::size_t bytes;
};

/// Decides at each schedule point which virtual thread goes on.
class Controller {
 public:
  /// Reads an atomic. @param from which. @param order as written in the
  /// code
  /// @return its value as the calling thread sees it
  virtual Word load(Location from, std::memory_order order) = 0;
  /// Writes an atomic. @param to which. @param value written
  /// @param order as written in the code
  virtual void store(Location to, Word value, std::memory_order order) = 0;
  /// Reads, changes and writes an atomic in one step.
  /// @param operation kExchange or one of kFetch. @param at which atomic
  /// @param operand its right-hand side. @param order as written in the
  /// code
  /// @return the value before
  virtual Word update(Operation operation, Location at, Word operand,
                      std::memory_order order) = 0;
  /// Compares and exchanges. @param at which atomic
  /// @param expected receives the value on failure. @param desired written
  /// @param weak may fail for no reason. @param order that of success
  /// @return true if written
  virtual bool compare_exchange(Location at, Word& expected, Word desired,
                                bool weak, std::memory_order order) = 0;
  /// Orders memory as a fence does. @param order as written in the code
  virtual void fence(std::memory_order order) = 0;
  /// Lets others go first.
  /// @param operation kRelax, a turn of a spin loop, or kYield
  virtual void relax(Operation operation) = 0;
  /// Forgets what is known of an atomic that is being destroyed.
  /// @param at which
  virtual void forget(Location at) = 0;

  /// Models os::futex_wait(). @param word as there. @param expected as
  /// there
  /// @param timeout_ns as there. @return why it came back
  virtual os::FutexResult futex_wait(Location word, std::uint32_t expected,
                                     std::int64_t timeout_ns) = 0;
  /// Models os::futex_wake(). @param word as there. @param count as there
  /// @return the number of threads woken
  virtual int futex_wake(Location word, int count) = 0;

  /// Starts a virtual thread. @param entry runs on it. @param argument for
  /// it
  /// @param name shown in reports; lives until the exploration ended
  /// @return its id
  virtual int thread_start(void (*entry)(void*), void* argument,
                           const char* name) = 0;
  /// Waits until virtual thread @p id has ended.
  virtual void thread_join(int id) = 0;
  /// Returns the id of the calling virtual thread.
  virtual int thread_id() = 0;

  /// Returns virtual time in nanoseconds.
  virtual std::int64_t now_ns() = 0;
  /// Marks a point of the test in the event log; a schedule point too.
  /// @param label lives until the exploration ended
  virtual void step(const char* label) = 0;
  /// Ends this schedule as failed; does not come back.
  /// @param reason one line, copied
  [[noreturn]] virtual void fail(std::string_view reason) = 0;

 protected:
  ~Controller() = default;
};

/// The controller in charge of this OS thread; null outside an exploration.
inline constinit thread_local Controller* t_controller = nullptr;

/// Returns the controller of the calling thread, or null.
inline Controller* current_controller() noexcept { return t_controller; }

/// Registers a thread-local variable of the code under test, so that each
/// virtual thread has one of its own: its bytes are exchanged at each
/// switch of virtual threads. Each starts with the bytes it has now.
/// @param address of the calling thread's instance
/// @param bytes its size, at most kThreadLocalBytesMax
/// @post registering again has no effect
void register_thread_local(void* address, std::size_t bytes) noexcept;

/// Bytes that one registered variable may have.
inline constexpr std::size_t kThreadLocalBytesMax = 256;
/// Variables that may be registered on one OS thread.
inline constexpr std::size_t kThreadLocalsMax = 8;

/// Describes one registered variable.
struct ThreadLocal {
  /// The instance of the OS thread.
  void* address;
  /// Its size.
  std::size_t bytes;
  /// What it holds when a virtual thread starts.
  std::array<std::byte, kThreadLocalBytesMax> initial;
};

/// Lists what is registered on this OS thread.
struct ThreadLocals {
  /// The variables, `count` of them.
  std::array<ThreadLocal, kThreadLocalsMax> entries;
  /// How many there are.
  std::size_t count;
};

/// Returns what is registered on the calling OS thread.
ThreadLocals& thread_locals() noexcept;

/// Turns a value into a Word. @param value of 8 bytes or less
/// @return its bytes, zero-extended
template <class T>
Word to_word(const T& value) noexcept {
  Word word = 0;
  std::memcpy(&word, &value, sizeof(T));
  return word;
}

/// Turns a Word back into a value. @param word from to_word()
/// @return the value that went in
template <class T>
T from_word(Word word) noexcept {
  T value;
  std::memcpy(static_cast<void*>(&value), &word, sizeof(T));
  return value;
}

}  // namespace strata::exploring
