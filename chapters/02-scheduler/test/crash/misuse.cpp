/// @file
/// @brief Does one forbidden thing, named by the argument.
#include <cstring>
#include <functional>
#include <vector>

#include "strata/sched/g.hpp"
#include "strata/sched/p.hpp"
#include "strata/sched/sched.hpp"

namespace {

using strata::sched::GStatus;
using strata::sched::PStatus;

struct Misuse {
  const char* name;
  void (*commit)();
};

void inside(void (*body)()) { strata::sched::run({}, body); }

constexpr Misuse kMisuses[] = {
    {"nil_function",
     [] { inside([] { strata::go(std::function<void()>()); }); }},
    {"nil_pointer",
     [] {
       inside([] {
         void (*nothing)() = nullptr;
         strata::go(nothing);
       });
     }},
    {"run_in_run", [] { inside([] { strata::sched::run({}, [] {}); }); }},
    {"go_outside", [] { strata::go([] {}); }},
    {"yield_outside", [] { strata::yield(); }},
    {"max_procs_outside", [] { strata::max_procs(2); }},
    {"name_outside", [] { strata::set_goroutine_name("nobody"); }},
    {"bad_g_status",
     [] {
       strata::sched::G g;
       transition(g, GStatus::kRunnable, GStatus::kRunning);
     }},
    {"bad_p_status",
     [] {
       strata::sched::P p(5, 1);
       transition(p, PStatus::kRunning, PStatus::kIdle);
     }},
};

}  // namespace

int main(int, char** arguments) {
  for (const Misuse& misuse : kMisuses) {
    if (std::strcmp(misuse.name, arguments[1]) == 0) misuse.commit();
  }
  return 77;  // nothing stopped us
}
