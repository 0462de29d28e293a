/// @file
/// @brief Keeps the table of handlers and of those they replaced.
#include "strata/os/signal.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/auxv.h>
#include <ucontext.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>

#include "strata/base/assert.hpp"

namespace strata::os {

namespace {

// Room for a report with names: the demangler is hungry. The kernel's own
// frame, which grows with the vector registers, comes on top.
constexpr std::size_t kHandlerBytes = 64 * 1024;

struct Installed {
  // atomic [MO:signal-handler]; null: not installed
  std::atomic<SignalHandler> handler{nullptr};
  // constant while handler is set
  struct sigaction previous = {};
};

std::array<Installed, NSIG> g_installed;

// Read by handlers on the same thread only.
thread_local constinit Range t_own_stack;

bool is_function(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 ||
         (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN);
}

void read_registers(SignalEvent& event, const ucontext_t& context) {
#if defined(__x86_64__)
  const auto& registers = context.uc_mcontext.gregs;
  event.pc = static_cast<std::uintptr_t>(registers[REG_RIP]);
  event.sp = static_cast<std::uintptr_t>(registers[REG_RSP]);
  event.frame_pointer = static_cast<std::uintptr_t>(registers[REG_RBP]);
#elif defined(__aarch64__)
  event.pc = context.uc_mcontext.pc;
  event.sp = context.uc_mcontext.sp;
  event.frame_pointer = context.uc_mcontext.regs[29];
#else
#error "os/signal: say where this processor's registers are"
#endif
}

// Hands a signal to whoever had it before us. The default action of a fault
// comes about by itself: the instruction faults again when we return.
void pass_on(const struct sigaction& previous, int number, siginfo_t* info,
             void* context) {
  if ((previous.sa_flags & SA_SIGINFO) != 0) {
    previous.sa_sigaction(number, info, context);
  } else if (previous.sa_handler == SIG_DFL) {
    sigaction(number, &previous, nullptr);
    // Sent by kill and not by a fault: nothing would repeat it.
    if (info->si_code <= 0) raise(number);
  } else if (previous.sa_handler != SIG_IGN) {
    previous.sa_handler(number);
  }
}

// [doc:signal-door]
void on_signal(int number, siginfo_t* info, void* context) {
  const int kept_errno = errno;
  const Installed& mine = g_installed[static_cast<std::size_t>(number)];
  // [MO:signal-handler] sees `previous`.
  const SignalHandler handler =
      mine.handler.load(std::memory_order_acquire);
  SignalEvent event{.number = number,
                    .code = info->si_code,
                    .address = info->si_addr,
                    .has_previous = is_function(mine.previous),
                    .machine_context = context};
  read_registers(event, *static_cast<const ucontext_t*>(context));
  const bool handled =
      handler != nullptr && handler(event) == SignalOutcome::kHandled;
  if (!handled) pass_on(mine.previous, number, info, context);
  errno = kept_errno;
}
// [/doc:signal-door]

std::size_t round_up_to_page(std::size_t bytes) {
  const std::size_t page = page_bytes();
  return (bytes + page - 1) / page * page;
}

Range find_own_stack() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return {};
  void* lo = nullptr;
  std::size_t bytes = 0;
  pthread_attr_getstack(&attributes, &lo, &bytes);
  pthread_attr_destroy(&attributes);
  return {static_cast<std::byte*>(lo), bytes};
}

}  // namespace

int install_signal_handler(int number, SignalHandler handler) noexcept {
  STRATA_ASSERT(number > 0 && number < NSIG, "os: a signal has a number");
  Installed& mine = g_installed[static_cast<std::size_t>(number)];
  STRATA_ASSERT(mine.handler.load(std::memory_order_relaxed) == nullptr,
                "os: one handler of ours per signal");
  if (sigaction(number, nullptr, &mine.previous) != 0) return errno;
  // [MO:signal-handler] publishes `previous`.
  mine.handler.store(handler, std::memory_order_release);
  struct sigaction action = {};
  action.sa_sigaction = &on_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigemptyset(&action.sa_mask);
  if (sigaction(number, &action, nullptr) == 0) return 0;
  const int error = errno;
  mine.handler.store(nullptr, std::memory_order_release);
  return error;
}

void remove_signal_handler(int number) noexcept {
  STRATA_ASSERT(number > 0 && number < NSIG, "os: a signal has a number");
  Installed& mine = g_installed[static_cast<std::size_t>(number)];
  if (mine.handler.load(std::memory_order_relaxed) == nullptr) return;
  sigaction(number, &mine.previous, nullptr);
  mine.handler.store(nullptr, std::memory_order_release);
}

const char* signal_name(int number) noexcept {
  switch (number) {
    case SIGSEGV:
      return "SIGSEGV";
    case SIGBUS:
      return "SIGBUS";
    case SIGFPE:
      return "SIGFPE";
    case SIGILL:
      return "SIGILL";
    case SIGABRT:
      return "SIGABRT";
    case SIGUSR1:
      return "SIGUSR1";
    case SIGURG:
      return "SIGURG";
    default:
      return "signal";
  }
}

Range own_stack_of_thread() noexcept { return t_own_stack; }

AlternateStack::AlternateStack() {
  const std::size_t page = page_bytes();
  const std::size_t kernel_bytes = getauxval(AT_MINSIGSTKSZ);
  const std::size_t bytes = round_up_to_page(kHandlerBytes + kernel_bytes);
  int error = 0;
  mapping_ = Mapping::reserve(page + bytes, error);
  STRATA_ASSERT(mapping_, "os: no memory for a signal stack");
  // A report that overflows its own stack should not damage a neighbor.
  (void)protect_from_access({mapping_.data(), page});
  stack_t mine = {};
  mine.ss_sp = mapping_.data() + page;
  mine.ss_size = bytes;
  stack_t previous = {};
  const int result = sigaltstack(&mine, &previous);
  STRATA_ASSERT(result == 0, "os: the kernel takes a signal stack");
  previous_start_ = previous.ss_sp;
  previous_bytes_ = previous.ss_size;
  previous_flags_ = previous.ss_flags;
  t_own_stack = find_own_stack();
}

AlternateStack::~AlternateStack() {
  stack_t previous = {};
  previous.ss_sp = previous_start_;
  previous.ss_size = previous_bytes_;
  previous.ss_flags = previous_flags_;
  const int result = sigaltstack(&previous, nullptr);
  STRATA_ASSERT(result == 0, "os: a signal stack ends where it began");
  t_own_stack = {};
}

Range AlternateStack::range() const noexcept {
  const std::size_t page = page_bytes();
  return {mapping_.data() + page, mapping_.bytes() - page};
}

}  // namespace strata::os
