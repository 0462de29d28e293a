/// @file
/// @brief Explores the schedules of a concurrent test, seeded and
/// replayable.
///
/// Story
///   Real threads hit a narrow race once in a million runs, and never in
///   the debugger. Here all threads of a test are virtual: they run on one
///   OS thread, and each access to a strata::atomic, each futex call and
///   each ranked lock asks the explorer who goes on. The explorer tries
///   thousands of schedules a second, random ones or all with few
///   preemptions, and stops at the first that deadlocks, loses a wakeup or
///   breaks a claim. The report ends with the seed that shows the same
///   schedule again.
///
///       auto report = explore({.seeds = 10'000}, [](World& world) {
///         State state;                        // fresh for each schedule
///         world.name(state.flag, "flag");
///         world.thread("waiter", [&] { state.wait(); });
///         world.thread("waker", [&] { state.wake(); });
///         world.run();                        // until both have ended
///         check(state.done, "the waiter saw the wake");
///       });
///       INFO(report.text());
///       REQUIRE(report.passed());
///
/// Threads
///   The body is itself a virtual thread, "main", and may use os::Thread.
///   Link with the _explore libraries, else nothing is a schedule point.
///
/// Not done
///   Plain (not atomic) data is no schedule point: use step() or an atomic.
///   Orders weaker than x86's are not modeled. Time passes only while all
///   threads wait. A failed schedule is abandoned where it stands: none of
///   its destructors run. A test macro that throws ends a thread: use
///   check().
///
/// Source
///   M. Musuvathi and S. Qadeer, CHESS (2007); S. Burckhardt and others, a
///   randomized scheduler with probabilistic guarantees (2010); loom,
///   shuttle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace strata::testkit {

/// Chooses how schedules are found.
enum class Search : std::uint8_t {
  kRandom,   ///< one schedule per seed, in several styles of randomness;
             ///< weak exchanges and sleeps may end for no reason
  kBounded,  ///< all schedules with at most `preemptions_max` preemptions
};

/// Chooses what a load may see.
enum class Memory : std::uint8_t {
  kSequential,  ///< the last store of all threads
  kTso,  ///< as x86: a thread's stores reach the others late, in order
};

/// Describes a search.
struct Exploration {
  /// How schedules are found.
  Search search = Search::kRandom;
  /// What a load may see.
  Memory memory = Memory::kSequential;
  /// Random search: how many seeds. STRATA_EXPLORE_SEEDS in the environment
  /// replaces it.
  std::uint64_t seeds = 10'000;
  /// Random search: the first seed; the others follow by one.
  std::uint64_t first_seed = 0;
  /// Bounded search: times a thread is stopped that could have gone on.
  int preemptions_max = 2;
  /// Bounded search: gives up, incomplete, after so many schedules.
  std::uint64_t schedules_max = 1'000'000;
  /// A schedule with more steps is reported as livelock.
  std::uint32_t steps_max = 10'000;
};

/// Says how an exploration ended.
enum class Verdict : std::uint8_t {
  kPassed,       ///< no schedule failed
  kDeadlock,     ///< every thread waited, none with a timeout
  kLostWakeup,   ///< a deadlock in which a wake came too early or never
  kCheckFailed,  ///< a check(), an always() or an assert did not hold
  kException,    ///< an exception left a thread
  kLivelock,     ///< more steps than `steps_max`
};

/// Returns a word for @p verdict, such as "lost wakeup".
std::string_view verdict_name(Verdict verdict) noexcept;

/// Tells what an exploration found.
struct Report {
  /// How it ended.
  Verdict verdict = Verdict::kPassed;
  /// Schedules run, the failed one included.
  std::uint64_t schedules = 0;
  /// Steps of all schedules together.
  std::uint64_t steps = 0;
  /// Bounded search: true if no schedule within the bound is left.
  bool complete = false;
  /// Names the failed schedule for replay(); empty if passed.
  std::string seed;
  /// What went wrong, in one line; then a line for each waiting thread.
  std::string reason;
  /// The events of the last schedule, oldest first, in aligned columns.
  std::vector<std::string> events;
  /// Hash of all events of the last schedule.
  std::uint64_t hash = 0;

  /// Returns true if no schedule failed.
  [[nodiscard]] bool passed() const noexcept {
    return verdict == Verdict::kPassed;
  }
  /// Returns the whole report: verdict, reason, last events, how to replay.
  [[nodiscard]] std::string text() const;
};

/// Prints report.text(). @param out receives it. @param report any
/// @return @p out
std::ostream& operator<<(std::ostream& out, const Report& report);

class Machine;

/// Holds what one schedule is made of; the body gets a fresh one each time.
class World {
 public:
  /// Adds a thread, which starts with run().
  /// @param name shown in the report; must outlive the exploration
  /// @param body what the thread does
  void thread(const char* name, std::function<void()> body);

  /// Adds a claim that is checked after each step of the next run().
  /// @param claim shown in the report; must outlive the exploration
  /// @param holds reads the state; its own accesses are no schedule points
  void always(const char* claim, std::function<bool()> holds);

  /// Names an object in the report.
  /// @param object an atomic or anything that holds some
  /// @param name shown in its place; must outlive the exploration
  template <class T>
  void name(const T& object, const char* name) {
    name_bytes(&object, sizeof(object), name);
  }

  /// Runs the added threads until all have ended. A schedule that fails
  /// does not come back from here. Threads added later need another run().
  void run();

 private:
  friend class Machine;
  explicit World(Machine& machine) noexcept : machine_(machine) {}
  void name_bytes(const void* begin, std::size_t bytes, const char* name);

  Machine& machine_;
};

/// Is one test: builds its state, adds threads, runs them, checks the end.
using Body = std::function<void(World&)>;

/// Runs @p body under many schedules, up to the first that fails.
/// @param exploration which schedules, and what fails one
/// With STRATA_EXPLORE_SEED in the environment runs that schedule only and
/// prints all its events to standard error.
/// @return what was found; never throws for a failed schedule
Report explore(const Exploration& exploration, const Body& body);

/// Runs @p body once under the schedule that a report's `seed` names.
/// @param exploration as in the failed run; of its search only `memory` and
///        `steps_max` count
/// @param seed from the report
/// @param body the one that failed
/// @return a report with all events
Report replay(const Exploration& exploration, std::string_view seed,
              const Body& body);

/// Fails the schedule if @p holds is false.
/// @param holds what must be true
/// @param claim one line for the report
void check(bool holds, const char* claim);

/// Adds a schedule point with a label in the event log, for data that is no
/// atomic. Outside an exploration does nothing.
/// @param label must outlive the exploration
void step(const char* label);

}  // namespace strata::testkit
