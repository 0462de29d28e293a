/// @file
/// @brief Starts goroutines, runs their functions and ends them.
///
/// Story
///   The top of a goroutine's stack holds its function object; the stack
///   proper starts below. The first function on it pays the commit of
///   whoever left for it, calls the function and leaves for good. Nothing
///   catches exceptions here: an exception that no frame wants must find
///   the stack intact, so that the report can show where it came from.
///
/// Source
///   Go runtime/proc.go: newproc, newproc1, goexit1, goready.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

#include "scheduler.hpp"
#include "strata/base/fatal.hpp"
#include "strata/sched/go.hpp"
#include "strata/sched/runtime.hpp"

namespace strata::sched {
namespace {

// Goroutine numbers a P reserves at a time.
constexpr std::uint64_t kGoidBatch = 16;

M& require_m(const char* what) {
  M* m = current_m();
  if (m == nullptr || m->p == nullptr) {
    fatal_user(std::string(what) + " called outside of strata::run");
  }
  return *m;
}

std::uint64_t next_goid(P& p) {
  if (p.next_goid == p.end_goid) {
    // relaxed: the number is all that matters.
    p.next_goid =
        state.last_goid.fetch_add(kGoidBatch, std::memory_order_relaxed) +
        1;
    p.end_goid = p.next_goid + kGoidBatch;
  }
  return p.next_goid++;
}

void set_name(G& g, std::string_view name) {
  const std::size_t bytes = std::min(name.size(), kNameBytes - 1);
  if (bytes > 0) std::memcpy(g.name, name.data(), bytes);
  g.name[bytes] = '\0';
}

void check_stack_bytes(std::size_t bytes) {
  if (bytes >= 1 && bytes <= context::kMaxStackBytes) return;
  throw std::invalid_argument(
      "strata::go: stack_bytes is " + std::to_string(bytes) +
      ", choose from 1 to " + std::to_string(context::kMaxStackBytes));
}

// Rounds an address down.
std::byte* align_down(std::byte* address, std::size_t alignment) {
  const auto value = reinterpret_cast<std::uintptr_t>(address);
  return address - (value & (alignment - 1));
}

// Runs the program's main, then tells everyone to stop.
void invoke_main(void*) {
  const int code = state.main(state.main_argument);
  // relaxed: published with `exiting`.
  state.exit_code.store(code, std::memory_order_relaxed);
  wake_everyone();
}

void count_start(P& p, const G& g) {
  if (g.is_system) {
    // relaxed: a count.
    state.system_live.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  p.started.add(1);
}

[[noreturn, gnu::cold]] void outside_of_goroutine(const char* what) {
  fatal_user(std::string(what) + " called outside of a goroutine");
}

}  // namespace

G& require_g(const char* what) {
  G* g = current_g();
  if (g == nullptr) [[unlikely]]
    outside_of_goroutine(what);
  return *g;
}

// [doc:goroutine-entry]
void goroutine_entry(void* message, void* argument) {
  pay_commit(*static_cast<M*>(message));
  G& g = *static_cast<G*>(argument);
  g.invoke(g.closure);
  if (state.has_exit_hooks) {
    for (const Layer* layer : state.layers) {
      if (layer->goroutine_exit != nullptr) layer->goroutine_exit(g);
    }
  }
  leave_for_good(*current_m(), g);
}
// [/doc:goroutine-entry]

namespace detail {

G& make_goroutine(const GoOptions& options, std::size_t closure_bytes,
                  std::size_t closure_align) {
  check_stack_bytes(options.stack_bytes);
  M& m = require_m("strata::go");
  G& g = state.goroutines->take(*m.p, options.stack_bytes);
  const std::size_t alignment =
      std::max<std::size_t>(closure_align, alignof(std::max_align_t));
  std::byte* closure = align_down(g.stack.hi - closure_bytes, alignment);
  g.closure = closure;
  set_name(g, options.name);
  return g;
}

// [doc:launch]
[[gnu::noinline]] void launch(G& g, void (*invoke)(void* closure)) {
  M& m = *current_m();
  P& p = *m.p;
  g.invoke = invoke;
  g.created_at = __builtin_return_address(0);
  const G* parent = m.current;
  g.parent_id = parent == nullptr ? 0 : std::uint64_t{parent->id};
  g.id = next_goid(p);
  g.no_preempt = 0;
  g.layer_words = {};
  context::Stack below = g.stack;
  below.hi =
      align_down(static_cast<std::byte*>(g.closure), kCacheLineBytes);
  context::prepare(g.context, below, &goroutine_entry, &g);
  count_start(p, g);
  transition(g, GStatus::kDead, GStatus::kRunnable);
  STRATA_TRACE(kGoCreate, p.id, g.id, g.parent_id);
  ready(g, true);
}
// [/doc:launch]

void discard(G& g) noexcept { state.goroutines->give(*current_m()->p, g); }

void fatal_nil_function() { fatal_user("go of nil func value"); }

}  // namespace detail

void launch_main() {
  G& g = detail::make_goroutine({.name = "main"}, 0, 1);
  detail::launch(g, &invoke_main);
}

void for_each_g(void (*visit)(G& g, void* argument), void* argument) {
  state.goroutines->for_each([&](G& g) {
    if (g.id != 0) visit(g, argument);
  });
}

}  // namespace strata::sched

namespace strata {

void set_goroutine_name(std::string_view name) {
  sched::set_name(sched::require_g("strata::set_goroutine_name"), name);
}

// [doc:num-goroutine]
std::int64_t num_goroutine() {
  std::int64_t count = 0;
  sched::for_each_p(
      [&count](const sched::P& p) { count += p.started - p.ended; });
  return count;
}
// [/doc:num-goroutine]

std::int64_t num_goroutine_all() {
  // relaxed: a count of a moment ago.
  return num_goroutine() +
         sched::state.system_live.load(std::memory_order_relaxed);
}

}  // namespace strata
