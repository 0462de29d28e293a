/// @file
/// @brief Prints the reports of faults and of exceptions nobody caught.
///
/// Threads
///   Handlers may run on every thread at once. The first one reports, the
///   others wait for the process to end.
///
/// Memory order
///   fault-pool: the pool is complete when handlers can see it.
#include "strata/context/fault.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>
#include <unwind.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <typeinfo>

#include "strata/base/assert.hpp"
#include "strata/base/fatal.hpp"
#include "strata/base/traceback.hpp"
#include "strata/os/signal.hpp"

namespace strata::context {

namespace {

constexpr std::array kFaults = {SIGSEGV, SIGBUS};
// What unwind tables call the frame pointer.
#if defined(__x86_64__)
constexpr int kFramePointerColumn = 6;
#else
constexpr int kFramePointerColumn = 29;
#endif

std::atomic<const StackPool*> g_pool{nullptr};
std::atomic<bool> g_reporting{false};
// constant while handlers are installed
std::terminate_handler g_previous_terminate = nullptr;

// The memory that a walk along frame pointers may read.
struct Bounds {
  std::uintptr_t lo = 0;
  std::uintptr_t hi = 0;
};

// Lets one thread through, ever.
void begin_report() {
  // relaxed: nothing but the flag itself is handed over.
  while (g_reporting.exchange(true, std::memory_order_relaxed)) pause();
}

void describe(RawWriter& out) {
  out.str("\n");
  describe_running(out);
  out.flush();
}

Bounds bounds_of(const Stack& stack) {
  return {reinterpret_cast<std::uintptr_t>(stack.lo),
          reinterpret_cast<std::uintptr_t>(stack.hi)};
}

// Where the faulting code ran: a stack of the pool, the thread's own, or
// somewhere unknown, of which nothing is read.
Bounds bounds_around(const StackPool& pool, std::uintptr_t sp) {
  const StackLocation at = pool.find(reinterpret_cast<const void*>(sp));
  if (at.part != StackLocation::Part::kNone) return bounds_of(at.stack);
  const os::Range own = os::own_stack_of_thread();
  const auto lo = reinterpret_cast<std::uintptr_t>(own.start);
  if (sp < lo || sp >= lo + own.bytes) return {};
  return {sp, lo + own.bytes};
}

// Frame pointers end where a library without them was interrupted. The
// unwind tables lead from there to the first frame of the program itself,
// whose frame pointer is good again.
struct SearchOwnFrame {
  std::uintptr_t interrupted_pc;
  bool below_handler = false;
  std::uintptr_t pc = 0;
  std::uintptr_t frame_pointer = 0;
};

const void* image_of(std::uintptr_t pc) {
  Dl_info info{};
  const bool known = dladdr(reinterpret_cast<void*>(pc), &info) != 0;
  return known ? info.dli_fbase : nullptr;
}

bool in_own_image(std::uintptr_t pc) {
  const auto here = reinterpret_cast<std::uintptr_t>(&in_own_image);
  return image_of(pc) == image_of(here);
}

_Unwind_Reason_Code search_own_frame(_Unwind_Context* context,
                                     void* argument) {
  auto& search = *static_cast<SearchOwnFrame*>(argument);
  const std::uintptr_t pc = _Unwind_GetIP(context);
  search.below_handler |= pc == search.interrupted_pc;
  if (!search.below_handler || !in_own_image(pc)) return _URC_NO_REASON;
  search.pc = pc;
  search.frame_pointer = _Unwind_GetGR(context, kFramePointerColumn);
  return _URC_END_OF_STACK;
}

void print_frames(const os::SignalEvent& event, Bounds bounds) {
  SearchOwnFrame search{.interrupted_pc = event.pc};
  if (!in_own_image(event.pc))
    _Unwind_Backtrace(&search_own_frame, &search);
  if (search.pc == 0) {
    print_stack_from(event.pc, event.frame_pointer, bounds.lo, bounds.hi);
    return;
  }
  print_stack_from(event.pc, 0, 0, 0);  // the library's function alone
  print_stack_from(search.pc - 1, search.frame_pointer, bounds.lo,
                   bounds.hi);
}

// [doc:overflow-report]
[[noreturn]] void report_overflow(const Stack& stack,
                                  const os::SignalEvent& event) {
  begin_report();
  RawWriter out;
  out.str("runtime: goroutine stack exceeds ");
  out.dec(static_cast<std::int64_t>(stack.limit_bytes()));
  out.str("-byte limit\nruntime: sp=").hex(event.sp);
  out.str(" stack=[").ptr(stack.lo).str(", ").ptr(stack.hi).str("]\n");
  out.str("fatal error: stack overflow\n");
  describe(out);
  print_frames(event, bounds_of(stack));
  exit_fatally();
}
// [/doc:overflow-report]

[[noreturn]] void report_fault(const StackPool& pool,
                               const os::SignalEvent& event) {
  begin_report();
  RawWriter out;
  out.str("fatal error: unexpected signal\n[signal ");
  out.str(os::signal_name(event.number));
  out.str(event.number == SIGBUS ? ": bus error"
                                 : ": segmentation violation");
  out.str(" code=").hex(static_cast<std::uint64_t>(event.code));
  out.str(" addr=").ptr(event.address).str(" pc=").hex(event.pc).str("]\n");
  describe(out);
  print_frames(event, bounds_around(pool, event.sp));
  exit_fatally();
}

// An overflow touches the guard below the stack it runs on. A wild pointer
// that happens to point into somebody else's guard is no overflow.
// [doc:is-overflow]
bool is_overflow(const StackLocation& at, const os::SignalEvent& event) {
  if (at.part != StackLocation::Part::kGuard) return false;
  const auto lo = reinterpret_cast<std::uintptr_t>(at.stack.lo);
  const auto hi = reinterpret_cast<std::uintptr_t>(at.stack.hi);
  return event.sp >= lo - kGuardBytes && event.sp <= hi;
}
// [/doc:is-overflow]

// [doc:on-fault]
os::SignalOutcome on_fault(const os::SignalEvent& event) {
  // [MO:fault-pool] sees the pool as it was when the handler was installed.
  const StackPool* pool = g_pool.load(std::memory_order_acquire);
  if (pool == nullptr) return os::SignalOutcome::kPassOn;
  const StackLocation at = pool->find(event.address);
  if (is_overflow(at, event)) report_overflow(at.stack, event);
  if (event.has_previous) return os::SignalOutcome::kPassOn;
  report_fault(*pool, event);
}
// [/doc:on-fault]

void print_exception(RawWriter& out) {
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type == nullptr) {
    out.str("std::terminate was called");
    return;
  }
  char* name = abi::__cxa_demangle(type->name(), nullptr, nullptr, nullptr);
  out.str(name != nullptr ? name : type->name());
  std::free(name);
  try {
    throw;
  } catch (const std::exception& error) {
    out.str(": ").str(error.what());
  } catch (...) {
    // Nothing more is known about it.
  }
}

// What std::terminate and the C++ runtime put above the throw.
constexpr int kFramesOfTerminate = 4;

[[noreturn]] void on_terminate() {
  // [MO:fault-pool] as in on_fault.
  const StackPool* pool = g_pool.load(std::memory_order_acquire);
  const bool on_goroutine =
      pool != nullptr && pool->find(__builtin_frame_address(0)).part ==
                             StackLocation::Part::kStack;
  if (!on_goroutine) {
    if (g_previous_terminate != nullptr) g_previous_terminate();
    std::abort();
  }
  begin_report();
  RawWriter out;
  out.str("panic: ");
  print_exception(out);
  out.str("\n");
  describe(out);
  print_stack_here(kFramesOfTerminate);
  exit_fatally();
}

}  // namespace

int install_fault_handlers(const StackPool& pool) noexcept {
  STRATA_ASSERT(g_pool.load(std::memory_order_relaxed) == nullptr,
                "context: fault handlers are installed once");
  // [MO:fault-pool] publishes the pool to handlers on any thread.
  g_pool.store(&pool, std::memory_order_release);
  for (const int fault : kFaults) {
    const int error = os::install_signal_handler(fault, &on_fault);
    if (error == 0) continue;
    remove_fault_handlers();
    return error;
  }
  g_previous_terminate = std::set_terminate(&on_terminate);
  return 0;
}

void remove_fault_handlers() noexcept {
  for (const int fault : kFaults) os::remove_signal_handler(fault);
  if (std::get_terminate() == &on_terminate) {
    std::set_terminate(g_previous_terminate);
  }
  g_pool.store(nullptr, std::memory_order_release);
}

}  // namespace strata::context
