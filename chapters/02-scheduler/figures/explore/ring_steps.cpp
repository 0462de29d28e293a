/// @file
/// @brief Records how a thief takes half of a ring, memory access by
/// access.
///
/// Story
///   The real run queue runs under the explorer, which logs each access to
///   an atomic. Of all schedules with one preemption the first is kept in
///   which the thief's compare-and-swap fails, because the owner took a
///   goroutine while the thief was copying. The log is then played back: a
///   step of the figure for each access that changes something or decides
///   something.
#include <array>
#include <cstddef>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "strata/figures/steps_file.hpp"
#include "strata/sched/g.hpp"
#include "strata/sched/run_queue.hpp"
#include "strata/testkit/explorer.hpp"

namespace strata::sched {

// The run queue lets this one name look inside.
struct RunQueueTestAccess {
  static const void* slot(RunQueue& queue, std::uint32_t number) {
    return &queue.slots_[number];
  }
  static G* copied(RunQueue& queue) {
    return queue.slots_[0].load(std::memory_order_relaxed);
  }
  template <class Name>
  static void name_parts(RunQueue& queue, Name name) {
    name("head", queue.head_);
    name("tail", queue.tail_);
    name("next", queue.next_);
    name("slot", queue.slots_);
  }
};

}  // namespace strata::sched

namespace {

using strata::figures::list;
using strata::figures::object;
using strata::figures::quoted;
using strata::sched::G;
using strata::sched::RunQueue;
using Access = strata::sched::RunQueueTestAccess;
namespace testkit = strata::testkit;

constexpr int kGoroutines = 5;
constexpr int kSlotsShown = 8;
static_assert(
    kGoroutines <= static_cast<int>(strata::sched::kRunQueueSlots),
    "this figure wants the product's ring, not a checked build's");

// ---- the schedule

// Addresses of goroutines, for names in the log.
std::map<std::string, std::string> goroutine_names;

std::string address_text(const void* address) {
  std::ostringstream out;
  out << address;
  return out.str();
}

void name_queue(testkit::World& world, RunQueue& queue, bool thief) {
  Access::name_parts(queue, [&](std::string_view part, auto& atomic) {
    static std::map<std::string, std::string>
        names;  // outlive the schedule
    const std::string name = (thief ? "1:" : "0:") + std::string(part);
    world.name(atomic, names.try_emplace(name, name).first->second.c_str());
  });
}

// Fails the schedule that the figure shows, so that the explorer stops
// there.
void steal_while_owner_takes(testkit::World& world) {
  const auto gs = std::make_unique<std::array<G, kGoroutines>>();
  const auto queues = std::make_unique<std::array<RunQueue, 2>>();
  RunQueue& own = queues->front();  // names that a lambda may capture
  RunQueue& loot = queues->back();
  goroutine_names.clear();
  for (std::size_t i = 0; i < gs->size(); ++i) {
    goroutine_names[address_text(&(*gs)[i])] = "G" + std::to_string(i + 1);
  }
  name_queue(world, own, false);
  name_queue(world, loot, true);
  for (G& g : *gs) testkit::check(own.put(g), "there is room");

  G* taken = nullptr;
  G* stolen = nullptr;
  bool copied_first = false;
  world.thread("owner", [&] { taken = own.get().g; });
  world.thread("thief", [&] { stolen = loot.steal_from(own, false); });
  world.always("looks only", [&] {
    copied_first |= Access::copied(loot) == gs->data();
    return true;
  });
  world.run();
  const bool lost_race = copied_first && taken == gs->data();
  testkit::check(!(lost_race && stolen != nullptr), "this is the one");
}

// ---- the log, played back

// One line of the log: "17  owner  load relaxed  0:head  0 -> 1".
struct Event {
  std::string thread;
  std::string operation;
  int queue = 0;
  std::string part;  // head, tail, next, slot
  std::size_t slot = 0;
  std::string before;
  std::string after;
};

// Splits at two or more blanks.
std::vector<std::string> columns(const std::string& line) {
  std::vector<std::string> out;
  std::size_t begin = line.find_first_not_of(' ');
  while (begin != std::string::npos) {
    const std::size_t end = line.find("  ", begin);
    out.push_back(line.substr(begin, end - begin));
    begin = line.find_first_not_of(' ', end);
  }
  return out;
}

std::optional<Event> parse(const std::string& line) {
  const std::vector<std::string> column = columns(line);
  if (column.size() < 5 || column[3].find(':') == std::string::npos)
    return {};
  Event event;
  event.thread = column[1];
  event.operation = column[2].substr(0, column[2].find(' '));
  event.queue = column[3][0] - '0';
  const std::size_t plus = column[3].find('+');
  event.part =
      column[3].substr(2, plus == std::string::npos ? plus : plus - 2);
  if (plus != std::string::npos) {
    event.slot = std::stoul(column[3].substr(plus + 1)) / sizeof(void*);
  }
  const std::size_t arrow = column[4].find(" -> ");
  event.before = column[4].substr(0, arrow);
  event.after = arrow == std::string::npos ? event.before
                                           : column[4].substr(arrow + 4);
  return event;
}

// What the figure draws of one queue.
struct Picture {
  std::string name;
  std::string head = "0";
  std::string tail = "0";
  std::string note = {};
  std::string holds = {};
  std::array<std::string, kSlotsShown> cells = {};

  std::string json() const {
    std::vector<std::string> values;
    for (const std::string& cell : cells) {
      values.push_back(cell.empty() ? "null" : quoted(cell));
    }
    return object({{"name", quoted(name)},
                   {"head", head},
                   {"tail", tail},
                   {"holds", holds.empty() ? "null" : quoted(holds)},
                   {"note", quoted(note)},
                   {"cells", list(values)}});
  }
};

// Where something is: number of the queue, and slot or "runs".
std::string place(int queue, std::string_view where) {
  return std::to_string(queue) + ":" + std::string(where);
}
std::string place(int queue, std::size_t slot) {
  return place(queue, std::to_string(slot));
}

class Player {
 public:
  Player() {
    step("Both rings are empty. P 0 is about to start five goroutines.",
         "");
  }

  void play(const Event& event) {
    apply(event);
    if (event.thread == "main") return put(event);
    if (event.thread == "owner") return get(event);
    steal(event);
  }

  void end() {
    thief().holds = last_;
    thief().note = "";
    step("P 1 runs " + last_ + " at once, without putting it anywhere. " +
             "One compare-and-swap has moved two goroutines.",
         "return last;", {place(1, "runs")});
  }

 private:
  Picture& own() { return pictures_[0]; }
  Picture& thief() { return pictures_[1]; }

  void apply(const Event& event) {
    Picture& picture = pictures_[static_cast<std::size_t>(event.queue)];
    if (event.operation == "load" || event.before == event.after) return;
    if (event.part == "head") picture.head = event.after;
    if (event.part == "tail") picture.tail = event.after;
    if (event.part == "slot") {
      picture.cells[event.slot] = goroutine_names.at(event.after);
    }
  }

  // P 0 starts its goroutines. Only the first is shown access by access.
  void put(const Event& event) {
    if (event.operation != "store") return;
    if (event.part == "slot") {
      last_ = own().cells[event.slot];
      last_slot_ = event.slot;
      if (last_slot_ > 0) return;
      return step("P 0 writes " + last_ +
                      " into slot 0. Nobody counts it " +
                      "yet: tail still says that the slot is free.",
                  "slots_[index(tail)].store", {place(0, last_slot_)});
    }
    const std::string say =
        last_slot_ == 0 ? "It moves tail over the slot, and " + last_ +
                              " is in the queue."
                        : last_ + " goes behind it: slot first, then tail.";
    step(say, "tail_.store(tail + 1", {place(0, last_slot_)});
  }

  // P 0 takes its oldest goroutine.
  void get(const Event& event) {
    if (event.operation != "compare_exchange") return;
    own().holds = own().cells[std::stoul(event.before)];
    step("Meanwhile P 0 takes its oldest goroutine. Its compare-and-swap " +
             std::string("moves head from ") + event.before + " to " +
             event.after + ", and " + own().holds + " is its own.",
         "head_.compare_exchange_weak", {place(0, "runs")});
  }

  void steal(const Event& event) {
    if (event.operation == "load" && event.queue == 0) return look(event);
    if (event.operation == "compare_exchange") return commit(event);
    if (event.operation != "store") return;
    if (event.part == "tail") return publish();
    copies_.push_back(thief().cells[event.slot]);
    step("P 1 copies " + copies_.back() +
             " into its own ring, beyond its " +
             "tail: nobody else looks there.",
         "slots_[index(first + i)].store(g", {place(1, event.slot)});
  }

  void look(const Event& event) {
    if (event.part == "head") return look_at_head(event.after);
    if (event.part != "tail") return;
    const int queued = std::stoi(event.after) - std::stoi(head_seen_);
    const std::string half = std::to_string(queued - queued / 2);
    thief().note += ", tail " + event.after + ": half is " + half;
    step("It reads tail: " + event.after + ". There are " +
             std::to_string(queued) + "; half of them, rounded up, is " +
             half + ".",
         "tail = victim.tail_.load");
  }

  void look_at_head(const std::string& head) {
    const std::string opening =
        head_seen_.empty() ? "P 1 has nothing to run and looks at P 0."
                           : "P 1 begins again.";
    head_seen_ = head;
    copies_.clear();
    thief().note = "read head " + head;
    step(opening + " It reads head: " + head + ".",
         "head = victim.head_.load");
  }

  void commit(const Event& event) {
    const std::string wanted =
        std::to_string(std::stoul(head_seen_) + copies_.size());
    const std::string move =
        "move head from " + head_seen_ + " to " + wanted;
    const std::string_view line = "head_.compare_exchange_strong";
    if (event.before != head_seen_) {
      thief().note = "head is " + event.before + ", not " + head_seen_;
      return step("P 1 wants to " + move + ". But head is " + event.before +
                      ": the compare-and-swap fails, and the copies are " +
                      "worthless.",
                  line);
    }
    last_ = copies_.back();
    thief().note = "has them, has not published them";
    std::vector<std::string> hot;
    for (std::size_t i = 0; i < copies_.size(); ++i)
      hot.push_back(place(1, i));
    step("P 1's compare-and-swap can " + move +
             ", because nobody has moved " +
             "it meanwhile: the copies are P 1's now.",
         line, hot);
  }

  void publish() {
    thief().note = "";
    step(
        "P 1 moves its tail over the copies, but for the last one. From "
        "here "
        "on they can be stolen from it, too.",
        "tail_.store(tail + count", {place(1, std::size_t{0})});
  }

  void step(const std::string& say, std::string_view line,
            const std::vector<std::string>& hot = {}) {
    std::vector<std::string> places;
    for (const std::string& one : hot) places.push_back(quoted(one));
    file_.step(
        say,
        object({{"slots", std::to_string(kSlotsShown)},
                {"of", std::to_string(strata::sched::kRunQueueSlots)},
                {"hot", list(places)},
                {"queues", list({own().json(), thief().json()})}}),
        line);
  }

  strata::figures::StepsFile file_{"ring", "A thief takes half of a ring"};
  std::array<Picture, 2> pictures_ = {Picture{.name = "P 0"},
                                      Picture{.name = "P 1"}};
  std::string last_;
  std::size_t last_slot_ = 0;
  std::string head_seen_;
  std::vector<std::string> copies_;
};

}  // namespace

int main() {
  const testkit::Report report = testkit::explore(
      {.search = testkit::Search::kBounded, .preemptions_max = 1},
      &steal_while_owner_takes);
  if (report.passed()) {
    std::fputs("no schedule has a thief that loses\n", stderr);
    return 1;
  }
  Player player;
  for (const std::string& line : report.events) {
    if (const std::optional<Event> event = parse(line)) player.play(*event);
  }
  player.end();
}
