/// @file
/// @brief Runs the scheduler rows on Boost.Fiber.
///
/// Story
///   Boost.Fiber does the work in the way it does it best: on one thread
///   with its round-robin queue and pooled stacks, on two threads with its
///   work stealing and stacks from malloc, because its pool is not safe for
///   threads. A million fibers get small stacks from malloc.
///
/// Threads
///   The rows named `.p2` start a second thread that steals until the
///   program ends, so they are declared last.
///
///   Boost.Fiber defines a macro named cpu_relax, so it is included last.
#include "strata/bench/bench.hpp"
#include "strata/bench/workloads.hpp"

#include <boost/fiber/all.hpp>
#include <boost/version.hpp>

#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace {

namespace fibers = boost::fibers;

constexpr std::size_t kStackBytes = std::size_t{64} << 10;
constexpr std::size_t kSmallStackBytes = std::size_t{16} << 10;

// A second thread that runs what it steals from the first.
class Thief {
 public:
  Thief() {
    thread_ = std::thread([this] {
      fibers::use_scheduling_algorithm<fibers::algo::work_stealing>(2);
      installed_.arrive_and_wait();
      std::unique_lock lock(mutex_);
      stopped_.wait(lock, [this] { return is_stopped_; });
    });
    fibers::use_scheduling_algorithm<fibers::algo::work_stealing>(2);
    installed_.arrive_and_wait();
  }

  ~Thief() {
    {
      const std::lock_guard lock(mutex_);
      is_stopped_ = true;
    }
    stopped_.notify_all();
    thread_.join();
  }

  Thief(const Thief&) = delete;
  Thief& operator=(const Thief&) = delete;

 private:
  std::thread thread_;
  // Nobody may steal before both threads have a queue to steal from.
  std::latch installed_{2};
  // guarded by mutex_
  fibers::mutex mutex_;
  fibers::condition_variable stopped_;
  bool is_stopped_ = false;
};

// Boost.Fiber as a strata::bench::Runtime, with a choice of stacks.
template <class Stacks>
class FiberRuntime {
 public:
  explicit FiberRuntime(std::size_t stack_bytes) : stacks_(stack_bytes) {}

  void use_procs(int procs) {
    if (procs == 2 && !thief_) thief_ = std::make_unique<Thief>();
  }

  template <class Body>
  void go(Body&& body) {
    fibers::fiber(fibers::launch::post, std::allocator_arg, stacks_,
                  std::forward<Body>(body))
        .detach();
  }

  void yield() { boost::this_fiber::yield(); }

 private:
  Stacks stacks_;
  std::unique_ptr<Thief> thief_;
};

std::string boost_version() {
  return std::to_string(BOOST_VERSION / 100000) + "." +
         std::to_string(BOOST_VERSION / 100 % 1000);
}

}  // namespace

int main(int argc, char** argv) {
  strata::bench::Suite suite("Boost.Fiber", boost_version(), argc, argv);
  FiberRuntime<fibers::pooled_fixedsize_stack> pooled(kStackBytes);
  FiberRuntime<fibers::fixedsize_stack> small(kSmallStackBytes);
  FiberRuntime<fibers::fixedsize_stack> shared(kStackBytes);
  strata::bench::scheduler_rows(suite, pooled, 1);
  strata::bench::alive_row(suite, small);
  strata::bench::scheduler_rows(suite, shared, 2);
  return suite.finish();
}
