/// @file
/// @brief Prints SCHED lines: what all Ps, Ms and Gs are doing right now.
///
/// Story
///   With GODEBUG=schedtrace=X the runtime prints a line every X
///   milliseconds, with scheddetail=1 also one for each P, M and goroutine.
///   A thread of its own prints them until chapter 9 brings the monitor
///   thread, whose job this is in Go. The numbers are read while everybody
///   runs on: each is true, but not all at the same instant. needspinning
///   stays 0: the hand-over flag it shows in Go is not needed here, see
///   idle.cpp.
///
/// Source
///   Go runtime/proc.go: schedtrace (the format of Go 1.26 and later).
#include <cstdint>
#include <string>

#include "scheduler.hpp"
#include "strata/base/clock.hpp"
#include "strata/base/fatal.hpp"
#include "strata/os/futex.hpp"
#include "strata/os/thread.hpp"

namespace strata::sched {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

// The printing thread; started and joined by M 0.
os::Thread g_printer;
// 1 when the printing thread is to end.
constinit atomic<std::uint32_t> g_stop_printing{0};

template <class T>
std::int64_t number(const atomic<T>& value) {
  // relaxed: a report of a moment ago.
  return static_cast<std::int64_t>(value.load(std::memory_order_relaxed));
}

const char* yes_no(bool value) { return value ? "true" : "false"; }

std::string id_or_nil(std::int64_t id) {
  return id < 0 ? "nil" : std::to_string(id);
}

// [doc:print-summary]
void print_summary(RawWriter& out) {
  const std::int64_t ms = (now_ns() - state.started_ns) / kNsPerMs;
  out.str("SCHED ").dec(ms).str("ms: gomaxprocs=").dec(number(state.procs));
  out.str(" idleprocs=").dec(number(state.idle_p_count));
  out.str(" threads=").dec(number(state.m_count) + 1);
  out.str(" spinningthreads=").dec(number(state.spinning));
  out.str(" needspinning=0");
  out.str(" idlethreads=").dec(number(state.idle_m_count));
  out.str(" runqueue=").dec(state.global.size());
}
// [/doc:print-summary]

void print_queues(RawWriter& out) {
  const std::int64_t procs = number(state.procs);
  out.str(" [");
  for_each_p([&](const P& p) {
    if (p.id < procs) out.str(" ").dec(p.queue.size());
  });
  out.str(" ] schedticks=[");
  for_each_p([&](const P& p) {
    if (p.id < procs) out.str(" ").dec(p.tick);
  });
  out.str(" ]\n");
}

void print_p(RawWriter& out, const P& p) {
  // relaxed: as in number().
  const auto status =
      static_cast<std::uint32_t>(p.status.load(std::memory_order_relaxed));
  out.str("  P").dec(p.id).str(": status=").dec(status);
  out.str(" schedtick=").dec(p.tick).str(" syscalltick=0 m=");
  const M* m = p.m;
  out.str(id_or_nil(m == nullptr ? -1 : m->id));
  out.str(" runqsize=").dec(p.queue.size());
  out.str(" gfreecnt=").dec(p.free_gs.count).str(" timerslen=0\n");
}

void print_m(RawWriter& out, const M& m) {
  const P* p = m.p;
  const G* g = m.current;
  out.str("  M").dec(m.id).str(": p=").str(id_or_nil(p ? p->id : -1));
  out.str(" curg=");
  out.str(id_or_nil(g ? static_cast<std::int64_t>(g->id) : -1));
  out.str(" mallocing=0 throwing=0 preemptoff= locks=0 dying=0 spinning=");
  out.str(yes_no(m.spinning));
  out.str(" blocked=").str(yes_no(p == nullptr)).str(" lockedg=nil\n");
}

void print_g(RawWriter& out, const G& g) {
  // [MO:g-status] sees what led to the status.
  const auto status = g.status.load(std::memory_order_acquire);
  if (g.id == 0 || status == GStatus::kDead) return;
  out.str("  G").dec(static_cast<std::int64_t>(g.id)).str(": status=");
  out.dec(static_cast<std::uint32_t>(status)).str("() m=");
  out.str(id_or_nil(g.m_id)).str(" lockedm=nil\n");
}

void print_detail(RawWriter& out) {
  LockGuard guard(state.lock);
  out.str(" gcwaiting=").str(yes_no(state.world_stopping));
  out.str(" nmidlelocked=0 stopwait=").dec(state.stop_wait);
  out.str(" sysmonwait=false\n");
  for_each_p([&](const P& p) { print_p(out, p); });
  for (const auto& m : state.ms) print_m(out, *m);
  state.goroutines->for_each([&](const G& g) { print_g(out, g); });
}

void print_once() {
  RawWriter out;
  print_summary(out);
  if (state.knobs.scheddetail != 0) {
    print_detail(out);
  } else {
    print_queues(out);
  }
}

void printer_main(void*) {
  const std::int64_t interval_ns = state.knobs.schedtrace_ms * kNsPerMs;
  // [MO:stop-printing] pairs with stop_schedtrace.
  while (g_stop_printing.load(std::memory_order_acquire) == 0) {
    print_once();
    os::futex_wait(g_stop_printing, 0, interval_ns);
  }
}

}  // namespace

void start_schedtrace() {
  if (state.knobs.schedtrace_ms == 0) return;
  // relaxed: starting the thread publishes it.
  g_stop_printing.store(0, std::memory_order_relaxed);
  const int error = g_printer.start(&printer_main, nullptr, "strata-trace");
  if (error != 0) {
    RawWriter out;
    out.str(
        "strata: GODEBUG: schedtrace ignored: no thread for it, errno=");
    out.dec(error).str("\n");
  }
}

void stop_schedtrace() {
  if (!g_printer.joinable()) return;
  // [MO:stop-printing] nothing is printed after the run.
  g_stop_printing.store(1, std::memory_order_release);
  os::futex_wake(g_stop_printing, 1);
  g_printer.join();
}

}  // namespace strata::sched
