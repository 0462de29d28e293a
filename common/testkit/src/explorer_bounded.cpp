/// @file
/// @brief Implements the bounded-preemption search and its replay.
///
/// Story
///   A schedule is the list of its decisions; option 0 of each is the
///   default: the running thread goes on, and if it cannot, the next one in
///   circular order. After a schedule the last decision that has an option
///   left takes it, and all decisions behind it start again from the
///   default. Nothing is stored but the one list, so the search runs in
///   constant memory.
///
///   The name of a schedule lists its deviations, "12:1,17:2": at question
///   12 option 1, at question 17 option 2, otherwise the default. Questions
///   are counted whether or not the bound leaves a choice, so the name
///   means the same under every bound.
///
/// Invariants
///   - I-00.12 No schedule within the bound is run twice under one bound,
///     none is left out, except those that starve a politely spinning
///     thread's partner.
#include "explorer_strategy.hpp"

#include <bit>
#include <charconv>
#include <span>

namespace strata::testkit {
namespace {

// Lists what may happen at a moment, the default first.
class Options {
 public:
  explicit Options(const Moment& moment, ThreadSet resting) {
    const ThreadSet current = only(moment.current);
    can_stay_ = (moment.ready & current) != 0 && !moment.yields;
    ThreadSet others = moment.ready & ~current;
    if (can_stay_) {
      add({moment.current, false});
    } else if ((others & ~resting) != 0) {
      others &= ~resting;
    }
    add_all(others, moment.current, false);
    if (count_ == 0) add({moment.current, false});
    add_all(moment.buffered, moment.current, true);
  }

  [[nodiscard]] int count() const { return count_; }
  [[nodiscard]] Choice at(int option) const {
    return list_[static_cast<std::size_t>(option)];
  }
  // Only stopping a thread that could go on counts, and so does a store
  // that lands before it must.
  [[nodiscard]] bool costs(int option) const {
    return option != 0 && (can_stay_ || at(option).flush);
  }

 private:
  void add(Choice choice) {
    list_[static_cast<std::size_t>(count_++)] = choice;
  }

  void add_all(ThreadSet set, int after, bool flush) {
    const ThreadSet above = set & ~((only(after) << 1) - 1);
    for (ThreadSet part : {above, set & ~above}) {
      for (; part != 0; part &= part - 1) {
        add({std::countr_zero(part), flush});
      }
    }
  }

  std::array<Choice, 2 * kThreadsMax> list_;
  int count_ = 0;
  bool can_stay_ = false;
};

// One decision that is not the only one possible, or not the default.
struct Decision {
  std::uint32_t question;
  int option;
  int options;
};

std::string name_of(std::span<const Decision> path) {
  std::string name;
  for (const Decision& decision : path) {
    if (decision.option == 0) continue;
    if (!name.empty()) name += ',';
    name += std::to_string(decision.question) + ':' +
            std::to_string(decision.option);
  }
  return name.empty() ? "0:0" : name;
}

// What both strategies of this file share: counting questions, and letting
// those who yielded rest until all others had their turn.
class PathStrategy : public Strategy {
 public:
  Choice next(const Moment& moment) final {
    if (moment.yields) resting_ |= only(moment.current);
    if ((moment.ready & ~resting_) == 0) resting_ = 0;
    const Options options(moment, resting_);
    const Choice choice = options.at(choose(options));
    if (!choice.flush) resting_ &= ~only(choice.thread);
    ++question_;
    return choice;
  }

  int pick(int count) final {
    const int option = choose_plain(count);
    ++question_;
    return option;
  }

  // Accidents would multiply the schedules; the random search has them.
  bool rarely() final { return false; }
  void add_thread(int) final {}

 protected:
  virtual int choose(const Options& options) = 0;
  virtual int choose_plain(int count) = 0;

  void restart() {
    question_ = 0;
    resting_ = 0;
  }
  [[nodiscard]] std::uint32_t question() const { return question_; }

 private:
  // of the schedule under way
  std::uint32_t question_ = 0;
  ThreadSet resting_ = 0;
};

class BoundedStrategy final : public PathStrategy {
 public:
  BoundedStrategy(int preemptions_max, std::uint64_t schedules_max)
      : preemptions_max_(preemptions_max), left_(schedules_max) {}

  bool begin() override {
    if (complete_ || left_ == 0) return false;
    if (started_ && !backtrack()) {
      // The next bound starts over: the first failure found has the fewest
      // preemptions that show it.
      if (bound_ == preemptions_max_ || !bound_was_met_) {
        complete_ = true;
        return false;
      }
      ++bound_;
      bound_was_met_ = false;
    }
    --left_;
    started_ = true;
    depth_ = 0;
    spent_ = 0;
    restart();
    return true;
  }

  std::string seed() const override { return name_of(path_); }
  bool complete() const override { return complete_; }

 protected:
  int choose(const Options& options) override {
    int count = options.count();
    if (count > 1 && spent_ == bound_) count = free_options(options);
    const int option = choose_plain(count);
    if (options.costs(option)) ++spent_;
    return option;
  }

  int choose_plain(int count) override {
    if (count == 1) return 0;
    if (depth_ == path_.size()) path_.push_back({question(), 0, count});
    return path_[depth_++].option;
  }

 private:
  // Those that cost nothing come first.
  int free_options(const Options& options) {
    int count = 1;
    while (count < options.count() && !options.costs(count)) ++count;
    if (count < options.count()) bound_was_met_ = true;
    return count;
  }

  // Moves to the next path. Returns false after the last one of this bound.
  bool backtrack() {
    while (!path_.empty()) {
      Decision& last = path_.back();
      if (++last.option < last.options) return true;
      path_.pop_back();
    }
    return false;
  }

  const int preemptions_max_;
  std::uint64_t left_;
  std::vector<Decision> path_;
  int bound_ = 0;
  bool bound_was_met_ = false;
  bool started_ = false;
  bool complete_ = false;

  // of the schedule under way
  std::size_t depth_ = 0;
  int spent_ = 0;
};

// Shows the one schedule of a list of deviations.
class ReplayStrategy final : public PathStrategy {
 public:
  explicit ReplayStrategy(std::vector<Decision> path)
      : path_(std::move(path)) {}

  bool begin() override {
    if (done_) return false;
    done_ = true;
    depth_ = 0;
    restart();
    return true;
  }

  std::string seed() const override { return name_of(path_); }
  bool complete() const override { return false; }

 protected:
  int choose(const Options& options) override {
    return choose_plain(options.count());
  }

  int choose_plain(int count) override {
    if (depth_ == path_.size()) return 0;
    if (path_[depth_].question != question()) return 0;
    const int option = path_[depth_++].option;
    return option < count ? option : 0;
  }

 private:
  const std::vector<Decision> path_;
  std::size_t depth_ = 0;
  bool done_ = false;
};

// Reads a number and the character behind it.
template <class Number>
bool read(std::string_view& text, Number& number, char& behind) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{}) return false;
  behind = stop == end ? '\0' : *stop;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  if (!text.empty()) text.remove_prefix(1);
  return true;
}

}  // namespace

std::unique_ptr<Strategy> make_bounded(int preemptions_max,
                                       std::uint64_t schedules_max) {
  return std::make_unique<BoundedStrategy>(preemptions_max, schedules_max);
}

std::unique_ptr<Strategy> make_replay(std::string_view seed) {
  char behind = '\0';
  if (seed.find(':') == std::string_view::npos) {
    std::uint64_t number = 0;
    if (!read(seed, number, behind) || behind != '\0') return nullptr;
    return make_random(number, 1);
  }
  std::vector<Decision> path;
  while (!seed.empty()) {
    Decision decision{};
    if (!read(seed, decision.question, behind) || behind != ':') return {};
    if (!read(seed, decision.option, behind)) return {};
    if (behind != ',' && behind != '\0') return {};
    path.push_back(decision);
  }
  return std::make_unique<ReplayStrategy>(std::move(path));
}

}  // namespace strata::testkit
