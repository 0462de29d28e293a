/// @file
/// @brief Gives all steps the same work, so that their numbers compare.
///
/// Story
///   A task stands for a goroutine that yields: it runs for a turn, then
///   goes back into a queue, until it has had all its turns. Stacks are
///   left out; chapter 1 has them, and queues are what these steps are
///   about.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace steps {

inline constexpr int kTasks = 200;
inline constexpr int kTurns = 10'000;  // of each task

/// Is run again and again, by one thread at a time. On a cache line of its
/// own: neighbors may run on another processor.
struct alignas(64) Task {
  /// Turns it still wants.
  int left = kTurns;
  /// Something to do in a turn.
  std::uint32_t state = 1;
};

/// Runs a task for one turn, a few dozen instructions.
/// @return true when it wants another turn.
// [doc:step-run-turn]
inline bool run_turn(Task& task) {
  std::uint32_t& x = task.state;
  for (int i = 0; i < 16; ++i) x = x * 1664525 + 1013904223;
  // Depends on the state, else the compiler would leave the work out.
  task.left -= task.state == 0 ? 0 : 1;
  return task.left > 0;
}
// [/doc:step-run-turn]

/// Runs `body(0)` to `body(threads - 1)` on threads of their own.
/// @return nanoseconds until the last one ended, for each turn of all
/// tasks.
inline double ns_per_turn(int threads,
                          const std::function<void(int)>& body) {
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i) all.emplace_back(body, i);
  for (std::thread& thread : all) thread.join();
  const std::chrono::duration<double, std::nano> time =
      std::chrono::steady_clock::now() - begin;
  return time.count() / kTasks / kTurns;
}

}  // namespace steps
