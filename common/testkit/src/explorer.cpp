/// @file
/// @brief Implements the search and its report.

#include "strata/testkit/explorer.hpp"

#include "explorer_machine.hpp"
#include "strata/base/fatal.hpp"

#include <cstdlib>
#include <iostream>
#include <ostream>

namespace strata::testkit {
namespace {

constexpr std::size_t kEventsShown = 30;

std::unique_ptr<Strategy> make_strategy(const Exploration& exploration) {
  if (exploration.search == Search::kBounded) {
    return make_bounded(exploration.preemptions_max,
                        exploration.schedules_max);
  }
  std::uint64_t seeds = exploration.seeds;
  if (const char* text = std::getenv("STRATA_EXPLORE_SEEDS")) {
    seeds = std::strtoull(text, nullptr, 10);
  }
  return make_random(exploration.first_seed, seeds);
}

Report search(const Exploration& exploration, Strategy& strategy,
              const Body& body, bool keep_events) {
  const auto machine = std::make_unique<Machine>(exploration);
  Report report;
  while (report.passed() && strategy.begin()) {
    Outcome outcome = machine->run(strategy, body);
    ++report.schedules;
    report.steps += machine->steps();
    report.verdict = outcome.verdict;
    report.reason = std::move(outcome.reason);
  }
  report.complete = strategy.complete();
  report.hash = machine->events().hash();
  if (!report.passed()) report.seed = strategy.seed();
  if (!report.passed() || keep_events) {
    report.events = machine->events().print(machine->thread_names());
  }
  return report;
}

void print_events(std::string& text, const std::vector<std::string>& events,
                  std::size_t shown) {
  if (events.empty()) return;
  text += events.front() + '\n';  // the heading
  std::size_t first = 1;
  if (events.size() > shown + 1) {
    first = events.size() - shown;
    text += "  ... " + std::to_string(first - 1) + " earlier\n";
  }
  for (std::size_t i = first; i < events.size(); ++i) {
    text += events[i] + '\n';
  }
}

std::string print_report(const Report& report, std::size_t events_shown) {
  std::string text(verdict_name(report.verdict));
  if (!report.reason.empty()) text += ": " + report.reason;
  text += "\n  after " + std::to_string(report.schedules) + " schedules, " +
          std::to_string(report.steps) + " steps\n";
  if (report.passed()) return text;
  print_events(text, report.events, events_shown);
  text += "replay: STRATA_EXPLORE_SEED=" + report.seed +
          " and this test again\n";
  return text;
}

}  // namespace

std::string_view verdict_name(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::kPassed:
      return "passed";
    case Verdict::kDeadlock:
      return "deadlock";
    case Verdict::kLostWakeup:
      return "lost wakeup";
    case Verdict::kCheckFailed:
      return "check failed";
    case Verdict::kException:
      return "uncaught exception";
    case Verdict::kLivelock:
      return "livelock";
  }
  return "unknown";
}

std::string Report::text() const {
  return print_report(*this, kEventsShown);
}

std::ostream& operator<<(std::ostream& out, const Report& report) {
  return out << report.text();
}

Report explore(const Exploration& exploration, const Body& body) {
  if (const char* seed = std::getenv("STRATA_EXPLORE_SEED")) {
    Report report = replay(exploration, seed, body);
    std::cerr << print_report(report, report.events.size());
    return report;
  }
  const std::unique_ptr<Strategy> strategy = make_strategy(exploration);
  return search(exploration, *strategy, body, false);
}

Report replay(const Exploration& exploration, std::string_view seed,
              const Body& body) {
  const std::unique_ptr<Strategy> strategy = make_replay(seed);
  if (strategy == nullptr) {
    fatal("explorer: this seed is neither a number nor a list of q:option");
  }
  return search(exploration, *strategy, body, true);
}

void check(bool holds, const char* claim) {
  if (holds) return;
  if (exploring::Controller* controller = exploring::current_controller()) {
    controller->fail(claim);
  }
  fatal(claim);
}

void step(const char* label) {
  if (exploring::Controller* controller = exploring::current_controller()) {
    controller->step(label);
  }
}

void World::thread(const char* name, std::function<void()> body) {
  machine_.add_world_thread(name, std::move(body));
}

void World::always(const char* claim, std::function<bool()> holds) {
  machine_.add_claim(claim, std::move(holds));
}

void World::name_bytes(const void* begin, std::size_t bytes,
                       const char* name) {
  machine_.name(begin, bytes, name);
}

void World::run() { machine_.run_world(); }

}  // namespace strata::testkit
