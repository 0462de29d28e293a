/// @file
/// @brief Declares what the files of this layer ask of each other.
///
/// Story
///   goroutine.cpp starts and ends goroutines; schedule.cpp switches
///   between them; find_runnable.cpp looks for work; idle.cpp puts Ms and
///   Ps to sleep and wakes them; world.cpp stops everyone; run.cpp begins
///   and ends it all.
#pragma once

#include "state.hpp"
#include "strata/sched/schedule.hpp"

namespace strata::sched {

// ---- schedule.cpp

// Runs goroutines on the calling M until the run ends.
void schedule_loop(M& m);
// Leaves a goroutine for good; `left` becomes dead.
[[noreturn]] void leave_for_good(M& m, G& left);
// Pays what the goroutine that was left on `m` owes.
void pay_commit(M& m);

// ---- goroutine.cpp

// Finds the running goroutine; ends the process when there is none.
G& require_g(const char* what);

// Runs as the first function of each goroutine.
void goroutine_entry(void* message, void* argument);
// Makes the goroutine that runs the program's main.
void launch_main();

// ---- find_runnable.cpp

// Looks for a goroutine, sleeping until there is one. The slot
// `find_runnable`. An empty result means that the run ends.
Taken find_runnable(M& m);
// Takes a goroutine without stealing, waiting or serving attention.
Taken take_at_hand(P& p);
// Steals from another P's queue, in one pass.
G* steal_once(P& p);
// As take_at_hand, for a caller that holds the global queue's lock.
Taken take_at_hand_locked(P& p) STRATA_REQUIRES(state.queue_lock);
// True when a schedule step would find nothing but the caller. What it does
// not see now, the next step sees.
inline bool nothing_at_hand(const P& p) {
  // relaxed: as said.
  return state.global.size() == 0 && p.queue.size() == 0 &&
         p.attention.load(std::memory_order_relaxed) == 0;
}

// ---- idle.cpp

// Gives an idle P to an M that looks for work, unless one looks already.
void wake_p();
// Starts or wakes an M for a P that nobody has.
void start_m(P& p, bool spinning);
// The M begins or ends to look for work without having any.
void begin_spinning(M& m);
void end_spinning(M& m);
// Gives up the P and sleeps; false when the run ends.
bool sleep_until_work(M& m);
// Sleeps without a P until somebody hands one over; false when the run
// ends.
bool stop_m(M& m);
// The M takes or gives up a P.
void acquire_p(M& m, P& p, PStatus from);
P& release_p(M& m, PStatus to);
void put_idle_p_locked(P& p) STRATA_REQUIRES(state.lock);
P* take_idle_p_locked() STRATA_REQUIRES(state.lock);
// Wakes every sleeping M; they find that the run ends.
void wake_everyone();

// ---- machine.cpp

// Makes an M with a thread of its own that starts with a P.
void new_m(P& p, bool spinning);
// Prepares the calling thread to be an M, and undoes it.
void enter_thread(M& m);
void leave_thread(M& m);

// ---- world.cpp

// Answers a raised kAttentionStop; false when the run ends.
bool stop_here(M& m);
// Lets all Ps go on, without waking one to look for work.
void open_world(P& own);
// Changes the number of Ps. The world is stopped; the caller may change P.
void resize(M& m, int count);

// ---- schedtrace.cpp

// Starts and ends the thread that prints SCHED lines.
void start_schedtrace();
void stop_schedtrace();

// Visits every P that was ever made in this run.
template <class Visit>
void for_each_p(Visit&& visit) {
  // [MO:ps-made] sees the Ps that resize published.
  const int made = state.ps_made.load(std::memory_order_acquire);
  for (int i = 0; i < made; ++i) {
    visit(*state.ps[static_cast<std::size_t>(i)]);
  }
}

}  // namespace strata::sched
