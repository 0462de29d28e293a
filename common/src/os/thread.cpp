/// @file
/// @brief Starts OS threads through pthreads, or virtual ones.

#include "strata/os/thread.hpp"

#include "strata/base/assert.hpp"

#if STRATA_EXPLORE
#include "strata/base/explore_hooks.hpp"
#endif

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace strata::os {
namespace {

constexpr std::size_t kNameBytesMax = 15;  // the kernel's limit

// What the new thread needs before it runs its entry.
struct Start {
  Thread::Entry entry;
  void* argument;
  char name[kNameBytesMax + 1];
};

void* run_thread(void* raw) {
  const std::unique_ptr<Start> owned(static_cast<Start*>(raw));
  const Start start = *owned;
  pthread_setname_np(pthread_self(), start.name);
  start.entry(start.argument);
  return nullptr;
}

// A blocked fault signal would kill the process without its report.
sigset_t asynchronous_signals() noexcept {
  sigset_t set;
  sigfillset(&set);
  for (const int fault :
       {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) {
    sigdelset(&set, fault);
  }
  return set;
}

int create(pthread_t& thread, const pthread_attr_t& attributes,
           Start* start) noexcept {
  // Blocked in the parent across the call, so that the child is born so.
  const sigset_t blocked = asynchronous_signals();
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const int error = pthread_create(&thread, &attributes, run_thread, start);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return error;
}

int create_sized(pthread_t& thread, std::size_t stack_bytes,
                 Start* start) noexcept {
  pthread_attr_t attributes;
  if (const int error = pthread_attr_init(&attributes)) return error;
  int error = 0;
  if (stack_bytes != 0) {
    const auto least = static_cast<std::size_t>(PTHREAD_STACK_MIN);
    error = pthread_attr_setstacksize(&attributes,
                                      std::max(stack_bytes, least));
  }
  if (error == 0) error = create(thread, attributes, start);
  pthread_attr_destroy(&attributes);
  return error;
}

}  // namespace

Thread::~Thread() {
  STRATA_ASSERT(!joinable(), "thread: destroyed before it was joined");
}

Thread::Thread(Thread&& other) noexcept
    : state_(std::exchange(other.state_, State::kNone)),
      virtual_id_(other.virtual_id_),
      native_(other.native_) {}

Thread& Thread::operator=(Thread&& other) noexcept {
  STRATA_ASSERT(!joinable(), "thread: overwritten before it was joined");
  state_ = std::exchange(other.state_, State::kNone);
  virtual_id_ = other.virtual_id_;
  native_ = other.native_;
  return *this;
}

int Thread::start(Entry entry, void* argument, const char* name,
                  std::size_t stack_bytes) noexcept {
  STRATA_ASSERT(!joinable(), "thread: started twice");
  STRATA_ASSERT(entry != nullptr, "thread: nothing to run");
#if STRATA_EXPLORE
  if (exploring::Controller* controller = exploring::current_controller()) {
    virtual_id_ = controller->thread_start(entry, argument, name);
    state_ = State::kVirtual;
    return 0;
  }
#endif
  std::unique_ptr<Start> start(new (std::nothrow)
                                   Start{entry, argument, {}});
  if (start == nullptr) return ENOMEM;
  std::strncpy(start->name, name, kNameBytesMax);
  const int error = create_sized(native_, stack_bytes, start.get());
  if (error != 0) return error;
  start.release();  // the new thread owns it now
  state_ = State::kReal;
  return 0;
}

void Thread::join() noexcept {
  STRATA_ASSERT(joinable(), "thread: joined without a start");
  const State state = std::exchange(state_, State::kNone);
#if STRATA_EXPLORE
  if (state == State::kVirtual) {
    exploring::current_controller()->thread_join(virtual_id_);
    return;
  }
#endif
  STRATA_ASSERT(state == State::kReal,
                "thread: virtual, yet not exploring");
  const int error = pthread_join(native_, nullptr);
  STRATA_ASSERT(error == 0, "thread: joined itself or a stranger");
}

int thread_id() noexcept {
#if STRATA_EXPLORE
  if (exploring::Controller* controller = exploring::current_controller()) {
    return controller->thread_id();
  }
#endif
  return static_cast<int>(syscall(SYS_gettid));
}

void yield_thread() noexcept {
#if STRATA_EXPLORE
  if (exploring::Controller* controller = exploring::current_controller()) {
    controller->relax(exploring::Operation::kYield);
    return;
  }
#endif
  sched_yield();
}

}  // namespace strata::os
