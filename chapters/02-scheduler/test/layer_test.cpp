/// @file
/// @brief Tests every seam of layer.hpp with a layer that only counts.
#include "strata/sched/layer.hpp"

#include <array>
#include <set>
#include <string>

#include "scheduler.hpp"
#include "strata/base/clock.hpp"
#include "strata/os/futex.hpp"
#include "strata/os/thread.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/eventually.hpp"
#include "support.hpp"
#include "trace_recorder.hpp"

namespace strata::sched {
namespace {

using test::Pending;
using test::TraceRecorder;

// What the fake layer was called for. One at a time: layers are constants,
// so what they do goes through a global.
struct Calls {
  atomic<int> p_inits{0};
  atomic<int> p_finis{0};
  atomic<int> threads{0};
  atomic<int> exits{0};
  atomic<int> attends{0};
  atomic<int> stops{0};
  atomic<int> wrong{0};
  atomic<std::int64_t> deadline{kNever};
  atomic<bool> may_wake{false};
  atomic<int> last_attended{-1};

  // the layer's own sleep
  atomic<std::uint32_t> block_word{0};
  atomic<int> blocks{0};
  atomic<int> blocked_now{0};
  atomic<int> unblocks{0};
};

Calls* g_calls = nullptr;

int number(const atomic<int>& value) {
  return value.load(std::memory_order_acquire);
}

void count(atomic<int>& value) {
  value.fetch_add(1, std::memory_order_acq_rel);
}

void expect(bool holds) {
  if (!holds) count(g_calls->wrong);
}

void count_p_init(P&) { count(g_calls->p_inits); }
void count_p_fini(P&) { count(g_calls->p_finis); }

void count_thread(M& m) {
  expect(current_m() == &m && m.p == nullptr);
  count(g_calls->threads);
}

void count_exit(G& g) {
  expect(current_g() == &g && g.stack.contains(__builtin_frame_address(0)));
  count(g_calls->exits);
}

// I-02.8: on the M's own stack, with the P.
void count_attend(P& p) {
  expect(current_m()->p == &p && current_g() == nullptr);
  // seq_cst is not needed: whoever waits for the count reads it with
  // acquire.
  if (g_calls->deadline.load(std::memory_order_acquire) <= now_ns()) {
    g_calls->deadline.store(kNever, std::memory_order_release);
  }
  g_calls->last_attended.store(p.id, std::memory_order_release);
  count(g_calls->attends);
}

std::int64_t get_deadline() {
  return g_calls->deadline.load(std::memory_order_acquire);
}

bool get_may_wake() {
  return g_calls->may_wake.load(std::memory_order_acquire);
}

void sleep_for_all(std::int64_t deadline_ns) {
  count(g_calls->blocks);
  g_calls->blocked_now.fetch_add(1, std::memory_order_acq_rel);
  expect(number(g_calls->blocked_now) == 1);
  if (g_calls->block_word.exchange(0, std::memory_order_acquire) == 0) {
    const std::int64_t wait_ns =
        deadline_ns == kNever
            ? -1
            : std::max<std::int64_t>(0, deadline_ns - now_ns());
    os::futex_wait(g_calls->block_word, 0, wait_ns);
    g_calls->block_word.store(0, std::memory_order_release);
  }
  g_calls->blocked_now.fetch_sub(1, std::memory_order_acq_rel);
}

void wake_sleeper() {
  count(g_calls->unblocks);
  g_calls->block_word.store(1, std::memory_order_release);
  os::futex_wake(g_calls->block_word, 1);
}

void count_stop() { count(g_calls->stops); }

constexpr Layer kCounting = {.name = "counting",
                             .number = 3,
                             .p_init = &count_p_init,
                             .p_fini = &count_p_fini,
                             .thread_start = &count_thread,
                             .goroutine_exit = &count_exit,
                             .attend = &count_attend,
                             .may_wake = &get_may_wake,
                             .request_stop = &count_stop};

constexpr Layer kTimed = {.name = "timed",
                          .number = 6,
                          .attend = &count_attend,
                          .next_deadline = &get_deadline};

constexpr Layer kSleeping = {.name = "sleeping",
                             .number = 7,
                             .attend = &count_attend,
                             .next_deadline = &get_deadline,
                             .idle_block = &sleep_for_all,
                             .idle_unblock = &wake_sleeper};

// Runs `main` with one layer on a number of Ps and returns what was called.
struct Fixture {
  Calls calls;
  Fixture() { g_calls = &calls; }
  ~Fixture() { g_calls = nullptr; }

  template <class Main>
  int run_with(const Layer& layer, int procs, Main&& main) {
    const test::Environment environment("GOMAXPROCS",
                                        std::to_string(procs));
    return run({&layer}, std::forward<Main>(main));
  }
};

P& p_number(int id) { return *state.ps[static_cast<std::size_t>(id)]; }

// Waits until P `id` is in the list of idle Ps, without giving up this one.
bool goes_idle(int id) {
  return testkit::eventually([id] {
    return p_number(id).status.load(std::memory_order_acquire) ==
           PStatus::kIdle;
  });
}

// Waits until an M sleeps for the layers' earliest deadline.
bool somebody_watches() {
  return testkit::eventually(
      [] { return state.watched.load(std::memory_order_acquire); });
}

// Waits until an M sleeps in the layer.
bool somebody_blocks() {
  return testkit::eventually(
      [] { return number(g_calls->blocked_now) == 1; });
}

// Waits without a schedule step.
bool stays_until(const atomic<int>& value, int wanted) {
  return testkit::eventually([&] { return number(value) >= wanted; });
}

}  // namespace

TEST_CASE("layer: each P is prepared once and cleared once") {
  Fixture fixture;
  int at_start = 0;
  int grown = 0;
  int shrunk = 0;
  int regrown = 0;
  fixture.run_with(kCounting, 2, [&] {
    at_start = number(fixture.calls.p_inits);
    max_procs(5);
    grown = number(fixture.calls.p_inits);
    max_procs(1);
    shrunk = number(fixture.calls.p_finis);
    max_procs(3);
    regrown = number(fixture.calls.p_inits);
  });
  CHECK(at_start == 2);
  CHECK(grown == 5);
  CHECK(shrunk == 4);
  CHECK(regrown == 7);
  CHECK(number(fixture.calls.p_finis) == 7);
}

TEST_CASE("layer: each thread starts through the layer, without a P") {
  Fixture fixture;
  int alone = 0;
  bool second = false;
  fixture.run_with(kCounting, 2, [&] {
    alone = number(fixture.calls.threads);
    go([] {});
    second = stays_until(fixture.calls.threads, 2);
  });
  CHECK(alone == 1);
  CHECK(second);
  CHECK(number(fixture.calls.wrong) == 0);
}

TEST_CASE("layer: each goroutine's end is told, on its own stack") {
  Fixture fixture;
  fixture.run_with(kCounting, 2, [&] {
    Pending pending(100);
    for (int i = 0; i < 100; ++i) {
      go([&] {
        yield();
        pending.done();
      });
    }
    pending.wait();
    while (num_goroutine() > 1) yield();
  });
  CHECK(number(fixture.calls.exits) >= 100);
  CHECK(number(fixture.calls.exits) <= 101);  // main's may be told, too
  CHECK(number(fixture.calls.wrong) == 0);
}

TEST_CASE("layer: a goroutine's words start at zero") {
  Fixture fixture;
  std::uintptr_t seen = 0;
  fixture.run_with(kCounting, 1, [&] {
    for (int i = 0; i < 10; ++i) {
      Pending pending(1);
      go([&] {
        for (std::uintptr_t& word : current_g()->layer_words) {
          seen |= word;
          word = 0xbad;
        }
        pending.done();
      });
      pending.wait();
    }
  });
  CHECK(seen == 0);
}

TEST_CASE("layer: a bit raised on a busy P is served at a yield (I-02.7)") {
  Fixture fixture;
  int before = -1;
  fixture.run_with(kCounting, 1, [&] {
    for (int round = 1; round <= 100; ++round) {
      raise_and_wake(*current_m()->p, kCounting);
      if (round == 1) before = number(fixture.calls.attends);
      yield();
      expect(number(fixture.calls.attends) == round);
    }
  });
  CHECK(before == 0);
  CHECK(number(fixture.calls.attends) == 100);
  CHECK(number(fixture.calls.wrong) == 0);
}

namespace {

void requeue(M&, G& left, void*) {
  transition(left, GStatus::kRunning, GStatus::kRunnable);
  left.m_id = -1;
  ready(left, false);
}

}  // namespace

TEST_CASE(
    "layer: a raised bit is served before the next one runs (I-02.11)") {
  // However a goroutine stops, whoever is next finds the bit served.
  constexpr int kRounds =
      100;  // more than there are steps to a global turn
  Fixture fixture;
  int raised = 0;
  int looked = 0;
  fixture.run_with(kCounting, 1, [&] {
    const auto look = [&] {
      expect(number(fixture.calls.attends) == raised);
      ++looked;
    };
    const auto make_and_raise = [&] {
      go(look);
      raise_and_wake(*current_m()->p, kCounting);
      ++raised;
    };
    for (int round = 1; round <= kRounds; ++round) {
      make_and_raise();
      yield();
      look();
      make_and_raise();
      leave(&requeue, nullptr);
      look();
      go(make_and_raise);
      while (looked < 5 * round) yield();
    }
  });
  CHECK(raised == 3 * kRounds);
  CHECK(number(fixture.calls.attends) == raised);
  CHECK(number(fixture.calls.wrong) == 0);
}

TEST_CASE("layer: a bit raised on an idle P wakes an M for it (I-02.7)") {
  Fixture fixture;
  int served = 0;
  fixture.run_with(kCounting, 2, [&] {
    for (int round = 1; round <= 100; ++round) {
      P& other = p_number(1 - current_m()->p->id);
      raise_and_wake(other, kCounting);  // on its way to idle, or idle
      if (!stays_until(fixture.calls.attends, round)) break;
      ++served;
    }
  });
  CHECK(served == 100);
  CHECK(number(fixture.calls.wrong) == 0);
}

TEST_CASE(
    "layer: an idle P is attended by itself, on an M's own stack "
    "(I-02.8)") {
  Fixture fixture;
  int attended = -1;
  int idle = -1;
  fixture.run_with(kCounting, 2, [&] {
    idle = 1 - current_m()->p->id;
    if (!goes_idle(idle)) return;
    raise_and_wake(p_number(idle), kCounting);
    stays_until(fixture.calls.attends, 1);
    attended = number(fixture.calls.last_attended);
  });
  CHECK(attended == idle);
}

TEST_CASE("layer: a bit raised by another thread is served, too (I-02.7)") {
  Fixture fixture;
  struct Raiser {
    P* p = nullptr;
    static void main(void* argument) {
      raise_and_wake(*static_cast<Raiser*>(argument)->p, kCounting);
    }
  };
  bool served = true;
  fixture.run_with(kCounting, 2, [&] {
    for (int round = 1; round <= 50 && served; ++round) {
      Raiser raiser{&p_number(1 - current_m()->p->id)};
      os::Thread thread;
      served = thread.start(&Raiser::main, &raiser, "raiser") == 0 &&
               stays_until(fixture.calls.attends, round);
      thread.join();
    }
  });
  CHECK(served);
}

TEST_CASE("layer: a passed deadline wakes an idle M") {
  Fixture fixture;
  bool due = false;
  bool early = false;
  fixture.run_with(kTimed, 2, [&] {
    constexpr std::int64_t kDelayNs = 20'000'000;
    if (!goes_idle(1 - current_m()->p->id)) return;
    const std::int64_t deadline = now_ns() + kDelayNs;
    fixture.calls.deadline.store(deadline, std::memory_order_release);
    deadline_moved();
    go([] {});  // whoever runs this goes idle again and sees the deadline
    due = stays_until(fixture.calls.attends, 1);
    early = now_ns() < deadline;
  });
  CHECK(due);
  CHECK_FALSE(early);
}

TEST_CASE(
    "layer: a new deadline is watched although its maker stays busy") {
  Fixture fixture;
  int served = 0;
  fixture.run_with(kTimed, 2, [&] {
    go([] {});  // an M for the other P, which then finds nothing to do
    for (int round = 1; round <= 20; ++round) {
      if (!goes_idle(1 - current_m()->p->id)) break;
      fixture.calls.deadline.store(now_ns() + 1'000'000,
                                   std::memory_order_release);
      deadline_moved();
      if (!stays_until(fixture.calls.attends, round)) break;
      ++served;
    }
  });
  CHECK(served == 20);
}

TEST_CASE("layer: an earlier deadline replaces the one that is slept for") {
  Fixture fixture;
  bool due = false;
  std::int64_t waited_ns = 0;
  fixture.run_with(kTimed, 2, [&] {
    constexpr std::int64_t kHour = 3'600'000'000'000;
    fixture.calls.deadline.store(now_ns() + kHour,
                                 std::memory_order_release);
    go([] {});
    if (!somebody_watches()) return;  // the late deadline
    const std::int64_t begin = now_ns();
    fixture.calls.deadline.store(begin + 1'000'000,
                                 std::memory_order_release);
    deadline_moved();
    due = stays_until(fixture.calls.attends, 1);
    waited_ns = now_ns() - begin;
  });
  CHECK(due);
  CHECK(waited_ns >= 1'000'000);
}

TEST_CASE("layer: a run ends while an M sleeps for a deadline") {
  Fixture fixture;
  constexpr std::int64_t kHour = 3'600'000'000'000;
  for (int round = 0; round < 20; ++round) {
    fixture.calls.deadline.store(now_ns() + kHour,
                                 std::memory_order_release);
    const int code = fixture.run_with(kTimed, 2, [&] {
      go([] {});
      return somebody_watches() ? 5 : -1;
    });
    REQUIRE(code == 5);
  }
}

TEST_CASE("layer: the owner of the idle sleep sleeps alone, and is woken") {
  Fixture fixture;
  bool slept = false;
  bool still_asleep = true;
  fixture.run_with(kSleeping, 4, [&] {
    Pending pending(20);
    for (int i = 0; i < 20; ++i) {
      go([&] {
        yield();
        pending.done();
      });
    }
    pending.wait();
    slept = somebody_blocks();
    const int unblocks = number(fixture.calls.unblocks);
    deadline_moved();
    still_asleep = number(fixture.calls.unblocks) == unblocks;
  });
  CHECK(slept);
  CHECK_FALSE(still_asleep);
  CHECK(number(fixture.calls.wrong) == 0);
  CHECK(number(fixture.calls.blocked_now) == 0);
}

TEST_CASE("layer: a run ends while its layer blocks") {
  Fixture fixture;
  for (int round = 0; round < 50; ++round) {
    const int code = fixture.run_with(kSleeping, 2, [&] {
      go([] {});
      return somebody_blocks() ? round : -1;
    });
    REQUIRE(code == round);
    REQUIRE(number(fixture.calls.blocked_now) == 0);
  }
}

TEST_CASE("layer: work wakes an M although another one blocks in a layer") {
  Fixture fixture;
  int done = 0;
  fixture.run_with(kSleeping, 2, [&] {
    go([] {});
    for (int round = 0; round < 50; ++round) {
      if (!somebody_blocks()) break;
      atomic<int> ran{0};
      go([&] { count(ran); });
      if (!stays_until(ran, 1)) break;  // this P is not given up meanwhile
      ++done;
    }
  });
  CHECK(done == 50);
}

TEST_CASE("layer: a bit wakes the P although its M blocks in a layer") {
  Fixture fixture;
  int served = 0;
  fixture.run_with(kSleeping, 2, [&] {
    go([] {});
    for (int round = 1; round <= 50; ++round) {
      if (!somebody_blocks()) break;
      raise_and_wake(p_number(1 - current_m()->p->id), kSleeping);
      if (!stays_until(fixture.calls.attends, round)) break;
      ++served;
    }
  });
  CHECK(served == 50);
}

TEST_CASE("layer: anyone_may_wake asks all layers") {
  Fixture fixture;
  bool no = true;
  bool yes = false;
  fixture.run_with(kCounting, 1, [&] {
    no = anyone_may_wake();
    fixture.calls.may_wake.store(true, std::memory_order_release);
    yes = anyone_may_wake();
  });
  CHECK_FALSE(no);
  CHECK(yes);
  CHECK_FALSE(anyone_may_wake());
}

TEST_CASE("layer: a request to stop reaches the layer once per stop") {
  Fixture fixture;
  int after_two = 0;
  fixture.run_with(kCounting, 2, [&] {
    stop_world();
    start_world();
    stop_world();
    start_world();
    after_two = number(fixture.calls.stops);
    max_procs(3);
  });
  CHECK(after_two == 2);
  CHECK(number(fixture.calls.stops) == 3);
}

TEST_CASE("layer: bits of several layers are told apart") {
  Fixture fixture;
  static atomic<int> other_attends{0};
  other_attends.store(0, std::memory_order_relaxed);
  static constexpr Layer kOther = {
      .name = "other", .number = 4, .attend = [](P&) {
        count(other_attends);
      }};
  const test::Environment environment("GOMAXPROCS", "1");
  run({&kCounting, &kOther}, [&] {
    raise_and_wake(*current_m()->p, kOther);
    yield();
    raise_and_wake(*current_m()->p, kOther);
    raise_and_wake(*current_m()->p, kCounting);
    yield();
  });
  CHECK(number(other_attends) == 2);
  CHECK(number(fixture.calls.attends) == 1);
}

TEST_CASE("layer: adds knobs of its own to GODEBUG") {
  Fixture fixture;
  static std::int64_t speed = 0;
  speed = 5;
  static const std::array<DebugOption, 1> kKnobs = {
      DebugOption{"speed", &speed, 0, 100, "how fast"}};
  Layer layer = kCounting;
  layer.knobs = kKnobs;
  const test::Environment environment("GODEBUG", "speed=42");
  run({&layer}, [] {});
  CHECK(speed == 42);
}

TEST_CASE("trace: a sink receives every kind of event") {
  Fixture fixture;
  TraceRecorder recorder;
  test::run_on(1, [&] {
    constexpr int kCount = 2 * static_cast<int>(kRunQueueSlots);
    Pending pending(kCount);
    for (int i = 0; i < kCount; ++i) go([&] { pending.done(); });
    pending.wait();
    max_procs(2);
    atomic<int> ran{0};
    go([&] { count(ran); });
    // Only the other P can run it; then there is nothing left for that one.
    expect(stays_until(ran, 1));
    expect(goes_idle(1 - current_m()->p->id));
  });
  recorder.stop();
  for (const TraceKind kind :
       {TraceKind::kGoCreate, TraceKind::kGoStart, TraceKind::kGoYield,
        TraceKind::kGoEnd, TraceKind::kProcStart, TraceKind::kProcStop,
        TraceKind::kSteal, TraceKind::kGlobalTake, TraceKind::kOverflow,
        TraceKind::kSpinStart}) {
    INFO("kind " << static_cast<int>(kind));
    CHECK(recorder.count(kind) > 0);
  }
  CHECK(number(fixture.calls.wrong) == 0);
}

TEST_CASE("trace: without a sink nothing is reported") {
  {
    TraceRecorder recorder;
    recorder.stop();
    run({}, [] { go([] {}); });
    CHECK(recorder.count(TraceKind::kGoCreate) == 0);
  }
}

}  // namespace strata::sched
