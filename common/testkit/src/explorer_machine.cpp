/// @file
/// @brief Schedules virtual threads and models futexes, threads and time.

#include "explorer_machine.hpp"

#include "strata/base/assert.hpp"

#include <cxxabi.h>
#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <exception>
#include <utility>

namespace strata::testkit {

using exploring::Location;
using exploring::Operation;
using exploring::Word;

void ThreadImage::reset() noexcept {
  errno_ = 0;
  exceptions_ = {};
  locals_ = 0;
}

void ThreadImage::save() noexcept {
  errno_ = errno;
  std::memcpy(&exceptions_, abi::__cxa_get_globals(), sizeof(exceptions_));
  const exploring::ThreadLocals& all = exploring::thread_locals();
  locals_ = all.count;
  for (std::size_t i = 0; i < all.count; ++i) {
    std::memcpy(bytes_[i].data(), all.entries[i].address,
                all.entries[i].bytes);
  }
}

void ThreadImage::restore() const noexcept {
  errno = errno_;
  std::memcpy(abi::__cxa_get_globals(), &exceptions_, sizeof(exceptions_));
  const exploring::ThreadLocals& all = exploring::thread_locals();
  for (std::size_t i = 0; i < all.count; ++i) {
    const exploring::ThreadLocal& local = all.entries[i];
    const std::byte* from =
        i < locals_ ? bytes_[i].data() : local.initial.data();
    std::memcpy(local.address, from, local.bytes);
  }
}

Machine::Machine(const Exploration& exploration)
    : exploration_(exploration) {}

Machine::~Machine() = default;

std::vector<std::string_view> Machine::thread_names() const {
  std::vector<std::string_view> names;
  for (int i = 0; i < count_; ++i) {
    names.emplace_back(threads_[static_cast<std::size_t>(i)].name);
  }
  return names;
}

// ---- one schedule

// [doc:explorer-run]
Outcome Machine::run(Strategy& strategy, const Body& body) {
  STRATA_ASSERT(exploring::t_controller == nullptr,
                "explorer: an exploration inside an exploration");
  strategy_ = &strategy;
  body_ = &body;
  reset();
  new_thread("main", [this] {
    World world(*this);
    (*body_)(world);
  });
  transition(kMain, State::kReady);
  driver_image_.save();
  thread(kMain).image.restore();
  current_ = kMain;
  exploring::t_controller = this;
  driver_.switch_to(*thread(kMain).fiber);
  exploring::t_controller = nullptr;
  driver_image_.restore();
  claims_.clear();
  return std::move(outcome_);
}
// [/doc:explorer-run]

void Machine::reset() {
  for (int i = 0; i < count_; ++i) {
    thread(i).state = State::kNew;
    thread(i).stores.clear();
  }
  count_ = 0;
  world_left_ = 0;
  ready_ = 0;
  buffered_ = 0;
  steps_ = 0;
  now_ns_ = 1;
  outcome_ = {};
  claims_.clear();
  events_.clear();
}

// Every operation on shared things begins here: the strategy decides who
// does its operation first.
void Machine::point() {
  count_step();
  if (ready_ != only(current_) || buffered_ != 0) dispatch(false);
}

void Machine::count_step() {
  if (++steps_ > exploration_.steps_max) {
    fail_as(Verdict::kLivelock, "no end after " +
                                    std::to_string(exploration_.steps_max) +
                                    " steps");
  }
  if (!claims_.empty()) check_claims();
}

void Machine::check_claims() {
  // What a claim reads is no schedule point.
  exploring::t_controller = nullptr;
  const char* broken = nullptr;
  for (const Claim& claim : claims_) {
    if (!claim.holds()) broken = claim.text;
  }
  exploring::t_controller = this;
  if (broken != nullptr) fail(broken);
}

// Comes back when the calling thread is chosen.
void Machine::dispatch(bool yields) {
  for (;;) {
    if (ready_ == 0) wait_for_time();
    const Choice choice =
        strategy_->next({ready_, buffered_, current_, yields});
    if (!choice.flush) return switch_to(choice.thread);
    land_oldest_store(choice.thread);
  }
}

void Machine::switch_to(int next) {
  if (next == current_) return;
  Thread& from = current();
  Thread& to = thread(next);
  from.image.save();
  to.image.restore();
  current_ = next;
  from.fiber->switch_to(*to.fiber);
}

// Goes back to run(). A fiber whose thread has ended comes back from here
// in a later schedule, others never do.
void Machine::leave_schedule() { current().fiber->switch_to(driver_); }

// ---- threads

int Machine::new_thread(const char* name, std::function<void()> body) {
  STRATA_ASSERT(count_ < kThreadsMax, "explorer: too many threads");
  const int id = count_++;
  Thread& made = thread(id);
  made.state = State::kNew;
  made.in_world = false;
  made.name = name;
  made.body = std::move(body);
  made.image.reset();
  if (made.fiber == nullptr) {
    made.fiber = std::make_unique<Fiber>(&Machine::fiber_main, this);
  }
  strategy_->add_thread(id);
  return id;
}

// A fiber serves the thread with its number, in one schedule after the
// other.
void Machine::fiber_main(void* machine) {
  for (;;) static_cast<Machine*>(machine)->run_body();
}

void Machine::run_body() {
  std::string escaped;
  try {
    current().body();
  } catch (const std::exception& exception) {
    escaped = std::string("exception: ") + exception.what();
  } catch (...) {
    escaped = "exception that is no std::exception";
  }
  if (!escaped.empty()) fail_as(Verdict::kException, std::move(escaped));
  end_thread();
}

void Machine::end_thread() {
  point();  // others may run before this thread's last stores land
  if (current_ == kMain) {
    for (int i = kMain + 1; i < count_; ++i) {
      if (thread(i).state == State::kEnded) continue;
      fail_as(Verdict::kCheckFailed,
              std::string("main ended before thread ") + thread(i).name);
    }
  }
  land_all_stores();
  log(Operation::kThreadEnd, {}, std::memory_order_relaxed, 0, 0);
  transition(current_, State::kEnded);
  if (current_ == kMain) return leave_schedule();
  if (current().in_world) --world_left_;
  wake_joiners();
  dispatch(false);
}

// A thread becomes ready from any state but kReady and kEnded, and gets
// from kReady into any state but kNew.
void Machine::transition(int id, State to) {
  const State from = thread(id).state;
  STRATA_ASSERT(from != State::kEnded && to != State::kNew,
                "explorer: a thread lives once in a schedule");
  STRATA_ASSERT((from == State::kReady) != (to == State::kReady),
                "explorer: every change is to or from ready");
  thread(id).state = to;
  ready_ ^= only(id);
}

void Machine::block(State state) {
  transition(current_, state);
  dispatch(false);
}

bool Machine::has_ended(int joined) const {
  if (joined == kWholeWorld) return world_left_ == 0;
  return threads_[static_cast<std::size_t>(joined)].state == State::kEnded;
}

void Machine::wake_joiners() {
  for (int i = 0; i < count_; ++i) {
    const Thread& joiner = thread(i);
    if (joiner.state == State::kJoining && has_ended(joiner.joins)) {
      transition(i, State::kReady);
    }
  }
}

int Machine::thread_start(void (*entry)(void*), void* argument,
                          const char* name) {
  point();
  land_all_stores();
  const int id = new_thread(name, [entry, argument] { entry(argument); });
  log(Operation::kThreadStart, {}, std::memory_order_relaxed, 0,
      static_cast<Word>(id));
  transition(id, State::kReady);
  return id;
}

void Machine::thread_join(int id) {
  point();
  land_all_stores();
  log(Operation::kThreadJoin, {}, std::memory_order_relaxed, 0,
      static_cast<Word>(id));
  current().joins = id;
  if (!has_ended(id)) block(State::kJoining);
}

void Machine::add_world_thread(const char* name,
                               std::function<void()> body) {
  thread(new_thread(name, std::move(body))).in_world = true;
}

void Machine::run_world() {
  land_all_stores();
  for (int i = 0; i < count_; ++i) {
    Thread& added = thread(i);
    if (!added.in_world || added.state != State::kNew) continue;
    ++world_left_;
    transition(i, State::kReady);
  }
  current().joins = kWholeWorld;
  if (!has_ended(kWholeWorld)) block(State::kJoining);
  if (!claims_.empty()) check_claims();
  claims_.clear();
}

void Machine::add_claim(const char* claim, std::function<bool()> holds) {
  claims_.push_back({claim, std::move(holds)});
}

// ---- futexes and time

// [doc:explorer-futex]
os::FutexResult Machine::futex_wait(Location word, std::uint32_t expected,
                                    std::int64_t timeout_ns) {
  point();
  land_all_stores();  // a system call drains the store buffer
  log(Operation::kFutexWait, word, std::memory_order_relaxed, expected, 0);
  Thread& self = current();
  self.result = os::FutexResult::kValueChanged;
  if (read(word) == expected) {
    self.result = os::FutexResult::kWoken;
    if (!strategy_->rarely()) sleep(word, expected, timeout_ns);
  }
  log(Operation::kFutexReturn, word, std::memory_order_relaxed, expected,
      static_cast<Word>(self.result));
  return self.result;
}

void Machine::sleep(Location word, std::uint32_t expected,
                    std::int64_t timeout_ns) {
  Thread& self = current();
  self.word = word;
  self.expected = expected;
  self.deadline_ns = timeout_ns < 0 ? kNever : now_ns_ + timeout_ns;
  self.asleep_since = events_.count();
  block(State::kAsleep);
}

int Machine::futex_wake(Location word, int count) {
  point();
  land_all_stores();
  std::array<int, kThreadsMax> sleepers;
  int found = 0;
  for (int i = 0; i < count_; ++i) {
    const Thread& other = thread(i);
    if (other.state != State::kAsleep) continue;
    if (other.word.address != word.address) continue;
    sleepers[static_cast<std::size_t>(found++)] = i;
  }
  const int woken = std::min(found, count);
  for (int i = 0; i < woken; ++i) {
    // The kernel promises no order among sleepers, so any may be next.
    const int next = found - i > woken - i ? strategy_->pick(found - i) : 0;
    const auto position = static_cast<std::size_t>(next);
    thread(sleepers[position]).result = os::FutexResult::kWoken;
    transition(sleepers[position], State::kReady);
    sleepers[position] = sleepers[static_cast<std::size_t>(found - i - 1)];
  }
  log(Operation::kFutexWake, word, std::memory_order_relaxed,
      static_cast<Word>(count), static_cast<Word>(woken));
  return woken;
}
// [/doc:explorer-futex]

// Nobody can run: jumps to the earliest deadline.
void Machine::wait_for_time() {
  std::int64_t earliest = kNever;
  for (int i = 0; i < count_; ++i) {
    const Thread& sleeper = thread(i);
    if (sleeper.state != State::kAsleep) continue;
    if (sleeper.deadline_ns == kNever) continue;
    if (earliest == kNever || sleeper.deadline_ns < earliest) {
      earliest = sleeper.deadline_ns;
    }
  }
  if (earliest == kNever) fail_deadlock();
  now_ns_ = std::max(now_ns_, earliest);
  for (int i = 0; i < count_; ++i) {
    Thread& sleeper = thread(i);
    if (sleeper.state != State::kAsleep) continue;
    if (sleeper.deadline_ns == kNever) continue;
    if (sleeper.deadline_ns > now_ns_) continue;
    sleeper.result = os::FutexResult::kTimedOut;
    transition(i, State::kReady);
  }
}

// ---- failures

void Machine::fail(std::string_view reason) {
  fail_as(Verdict::kCheckFailed, std::string(reason));
}

void Machine::fail_as(Verdict verdict, std::string reason) {
  outcome_ = {verdict, std::move(reason)};
  // The threads are left where they stand. Their frames may own memory, so
  // their stacks are kept and never used again.
  exploring::t_controller = nullptr;
  Fiber& self = *current().fiber;
  retire_fibers();
  self.switch_to(driver_);
  STRATA_UNREACHABLE("explorer: an abandoned thread came back");
}

void Machine::retire_fibers() {
  static auto& retired = *new std::vector<std::unique_ptr<Fiber>>;
  for (int i = 0; i < count_; ++i) {
    if (thread(i).state == State::kEnded && i != current_) continue;
    retired.push_back(std::move(thread(i).fiber));
  }
}

void Machine::fail_deadlock() {
  bool lost = false;
  std::string waits;
  for (int i = 0; i < count_; ++i) {
    const Thread& waiter = thread(i);
    if (waiter.state == State::kEnded || waiter.state == State::kNew)
      continue;
    waits += "\n  " + describe_wait(waiter, lost);
  }
  fail_as(lost ? Verdict::kLostWakeup : Verdict::kDeadlock,
          "all threads wait, none with a timeout" + waits);
}

// A sleeper missed its wake if the word has changed since, or if the last
// wake of the word came before it slept and found nobody.
std::string Machine::describe_wait(const Thread& waiter, bool& lost) const {
  std::string text = waiter.name;
  if (waiter.state == State::kJoining) {
    if (waiter.joins == kWholeWorld) return text + " waits for the threads";
    const auto joined = static_cast<std::size_t>(waiter.joins);
    return text + " joins " + threads_[joined].name;
  }
  std::uint32_t now = 0;
  std::memcpy(&now, waiter.word.address, sizeof(now));
  text += " sleeps on " + events_.name_of(waiter.word.address) +
          " since step " + std::to_string(waiter.asleep_since) + " while " +
          std::to_string(waiter.expected);
  if (now != waiter.expected) {
    lost = true;
    return text + "; it is " + std::to_string(now) + " now: lost wakeup";
  }
  const std::uint64_t wake =
      events_.find_last(Operation::kFutexWake, waiter.word.address);
  if (wake != 0 && wake < waiter.asleep_since &&
      events_.at(wake).after == 0) {
    lost = true;
    return text + "; the wake came before, at step " +
           std::to_string(wake) + ": lost wakeup";
  }
  return text;
}

}  // namespace strata::testkit
