/// @file
/// @brief A machine on which time passes as a test says.
///
/// Story
///   Whether a measurement is right cannot be seen on a real machine, where
///   nobody knows the truth. Here a switch costs what the test chose, the
///   first ones cost more, the clock costs something and may be coarse, and
///   other programs take the processor at random moments.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "measure_switch.hpp"
#include "strata/base/rng.hpp"

namespace strata::context::lab {

/// What a machine is like.
struct MachineOptions {
  /// What a switch costs, when nothing disturbs.
  double switch_ns = 5;
  /// What reading the clock costs.
  double clock_read_ns = 30;
  /// The clock's tick.
  double tick_ns = 1;
  /// What the first switches cost in addition, all together.
  double cold_ns = 0;
  /// Mean time between two interruptions; 0: there are none.
  double quiet_ns = 0;
  /// How long an interruption lasts.
  double interruption_ns = 0;
  /// Where the interruptions fall.
  std::uint64_t seed = 1;
};

/// Keeps the time of a made-up machine.
class MadeUpMachine {
 public:
  /// Makes a machine that has just been switched on.
  explicit MadeUpMachine(MachineOptions options)
      : options_(options), rng_(options.seed) {
    next_interruption_ = gap();
  }

  /// Runs the reader's measurement on it.
  double measure() {
    return switch_ns([this](std::uint64_t count) { go(count); },
                     [this] { return read_clock(); });
  }

  /// How long it has run.
  double elapsed_ns() const { return now_; }

 private:
  void go(std::uint64_t count) {
    double work = 2 * static_cast<double>(count) * options_.switch_ns;
    const double cold = std::min(cold_left(), 20 * work);
    cold_paid_ += cold;
    spend(work + cold);
  }
  std::int64_t read_clock() {
    spend(options_.clock_read_ns / 2);
    const double shown = std::floor(now_ / options_.tick_ns);
    spend(options_.clock_read_ns / 2);
    return static_cast<std::int64_t>(shown * options_.tick_ns);
  }
  double cold_left() const { return options_.cold_ns - cold_paid_; }

  void spend(double ns) {
    while (options_.quiet_ns > 0 && now_ + ns >= next_interruption_) {
      ns -= next_interruption_ - now_;
      now_ = next_interruption_ + options_.interruption_ns;
      next_interruption_ = now_ + gap();
    }
    now_ += ns;
  }
  // Times between independent events are distributed so.
  double gap() {
    const double part =
        (1 + static_cast<double>(rng_.next())) / 4294967297.0;
    return -std::log(part) * options_.quiet_ns;
  }

  MachineOptions options_;
  Rng rng_;
  double now_ = 0;
  double cold_paid_ = 0;
  double next_interruption_ = 0;
};

}  // namespace strata::context::lab
