/// @file
/// @brief Runs one schedule after the other: virtual threads, virtual time
///        and the memory they share.
///
/// Story
///   The machine is the Controller that atomics, futexes and threads of an
///   explorer build call. Before each operation the calling thread comes
///   here, the strategy names who goes on, and the caller returns from the
///   switch when it is its turn again. What lies between two schedule
///   points happens in one step.
///
/// Invariants
///   - I-00.13 Exactly one virtual thread runs, `current_`.
///   - I-00.14 A thread is in `ready_` if and only if it is kReady.
///   - I-00.15 Time moves only while no thread is ready.
///
/// States
///   kNew     -> kReady   | it is started          | thread_start,
///   run_world kReady   -> kAsleep  | the word is expected   | sleep kReady
///   -> kJoining | the other still runs   | thread_join, run_world kAsleep
///   -> kReady   | woken, or time is over | futex_wake, wait_for_time
///   kJoining -> kReady   | what it joins ended    | wake_joiners
///   kReady   -> kEnded   | its body returned      | end_thread
#pragma once

#include "strata/testkit/explorer.hpp"

#include "explorer_events.hpp"
#include "explorer_fiber.hpp"
#include "explorer_strategy.hpp"
#include "strata/base/explore_hooks.hpp"
#include "strata/os/futex.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace strata::testkit {

/// Says how one schedule ended.
struct Outcome {
  Verdict verdict = Verdict::kPassed;
  std::string reason;
};

/// Keeps what the OS keeps per thread, while another virtual thread has it.
class ThreadImage {
 public:
  /// Takes the initial values.
  void reset() noexcept;
  /// Copies the values of the OS thread into this image.
  void save() noexcept;
  /// Copies this image into the OS thread.
  void restore() const noexcept;

 private:
  // Mirrors __cxa_eh_globals of the C++ ABI.
  struct ExceptionState {
    void* caught;
    unsigned uncaught;
  };

  int errno_ = 0;
  ExceptionState exceptions_{};
  std::size_t locals_ = 0;
  std::array<std::array<std::byte, exploring::kThreadLocalBytesMax>,
             exploring::kThreadLocalsMax>
      bytes_;
};

/// Implements virtual threads on one OS thread.
class Machine final : public exploring::Controller {
 public:
  explicit Machine(const Exploration& exploration);
  ~Machine();

  /// Runs one schedule of @p body as @p strategy decides.
  Outcome run(Strategy& strategy, const Body& body);

  /// Returns the events of the last schedule.
  [[nodiscard]] const EventLog& events() const noexcept { return events_; }
  /// Returns the names of its threads, by id.
  [[nodiscard]] std::vector<std::string_view> thread_names() const;
  /// Returns the number of steps of the last schedule.
  [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }

  // For World.
  void add_world_thread(const char* name, std::function<void()> body);
  void run_world();
  void add_claim(const char* claim, std::function<bool()> holds);
  void name(const void* begin, std::size_t bytes, const char* name) {
    events_.name(begin, bytes, name);
  }

  // exploring::Controller
  exploring::Word load(exploring::Location from,
                       std::memory_order order) override;
  void store(exploring::Location to, exploring::Word value,
             std::memory_order order) override;
  exploring::Word update(exploring::Operation operation,
                         exploring::Location at, exploring::Word operand,
                         std::memory_order order) override;
  bool compare_exchange(exploring::Location at, exploring::Word& expected,
                        exploring::Word desired, bool weak,
                        std::memory_order order) override;
  void fence(std::memory_order order) override;
  void relax(exploring::Operation operation) override;
  void forget(exploring::Location at) override;
  os::FutexResult futex_wait(exploring::Location word,
                             std::uint32_t expected,
                             std::int64_t timeout_ns) override;
  int futex_wake(exploring::Location word, int count) override;
  int thread_start(void (*entry)(void*), void* argument,
                   const char* name) override;
  void thread_join(int id) override;
  int thread_id() override { return current_ + 1; }
  std::int64_t now_ns() override { return now_ns_; }
  void step(const char* label) override;
  [[noreturn]] void fail(std::string_view reason) override;

 private:
  static constexpr int kMain = 0;
  static constexpr int kWholeWorld = -1;  // what run_world() joins
  static constexpr std::int64_t kNever = -1;

  enum class State : std::uint8_t {
    kNew,
    kReady,
    kAsleep,
    kJoining,
    kEnded
  };

  struct BufferedStore {
    exploring::Location to;
    exploring::Word value;
  };

  struct Thread {
    State state = State::kNew;  // changed by transition() only
    bool in_world = false;      // added by World::thread()
    const char* name = "";
    std::function<void()> body;
    std::unique_ptr<Fiber> fiber;  // lives for all schedules
    ThreadImage image;
    std::deque<BufferedStore> stores;  // oldest first; kTso only

    // while kAsleep
    exploring::Location word{};
    std::uint32_t expected = 0;
    std::int64_t deadline_ns = kNever;
    std::uint64_t asleep_since = 0;  // position of its futex_wait event
    os::FutexResult result{};

    // while kJoining
    int joins = 0;
  };

  struct Claim {
    const char* text;
    std::function<bool()> holds;
  };

  // Schedule.
  void reset();
  void point();
  void count_step();
  void dispatch(bool yields);
  void switch_to(int next);
  void leave_schedule();
  void check_claims();

  // Threads.
  Thread& thread(int id) { return threads_[static_cast<std::size_t>(id)]; }
  Thread& current() { return thread(current_); }
  int new_thread(const char* name, std::function<void()> body);
  static void fiber_main(void* machine);
  void run_body();
  void end_thread();
  void transition(int id, State to);
  void block(State state);
  void wake_joiners();
  bool has_ended(int joined) const;

  // Time and deadlock.
  void sleep(exploring::Location word, std::uint32_t expected,
             std::int64_t timeout_ns);
  void wait_for_time();
  [[noreturn]] void fail_as(Verdict verdict, std::string reason);
  [[noreturn]] void fail_deadlock();
  std::string describe_wait(const Thread& waiter, bool& lost) const;
  void retire_fibers();

  // Memory.
  exploring::Word read(exploring::Location from);
  void buffer_store(exploring::Location to, exploring::Word value);
  void land_oldest_store(int id);
  void land_all_stores();
  void log(exploring::Operation operation, exploring::Location at,
           std::memory_order order, exploring::Word before,
           exploring::Word after);

  // constant after init
  const Exploration exploration_;

  // of the schedule under way; one thread runs at a time, so nothing is
  // shared
  Strategy* strategy_ = nullptr;
  const Body* body_ = nullptr;
  int current_ = kMain;
  int count_ = 0;       // threads made
  int world_left_ = 0;  // started World threads that have not ended
  ThreadSet ready_ = 0;
  ThreadSet buffered_ = 0;
  std::uint64_t steps_ = 0;
  std::int64_t now_ns_ = 0;
  Outcome outcome_;
  std::vector<Claim> claims_;
  EventLog events_;

  Fiber driver_;
  ThreadImage driver_image_;
  std::array<Thread, kThreadsMax> threads_;  // by id
};

}  // namespace strata::testkit
