/// @file
/// @brief Ends with a report of the kind that the argument names.
#include "strata/base/fatal.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <thread>

#include "strata/base/assert.hpp"
#include "strata/base/intrusive_list.hpp"

[[gnu::noinline]] void say_the_end() { strata::fatal("the end is here"); }

namespace {

struct Ending {
  const char* name;
  void (*come)();
};

void describe(strata::RawWriter& out) { out.str("program 7 [testing]:\n"); }

void write_everything() {
  strata::RawWriter out;
  out.dec(0).str(" ").dec(7).str(" ").dec(-7).str(" ").dec(INT64_MAX);
  out.str(" ").dec(INT64_MIN).str(" ").hex(0).str(" ").hex(255).str(" ");
  out.hex(UINT64_MAX).str(" ").ptr(reinterpret_cast<void*>(0x1000));
  out.str("\n").str(std::string(2000, 'x')).str("\n");
}

void put_into_two_lists() {
  struct Item : strata::ListNode {};
  Item item;
  strata::IntrusiveList<Item> one;
  strata::IntrusiveList<Item> two;
  one.push_back(item);
  two.push_back(item);
}

constexpr Ending kEndings[] = {
    {"fatal", [] { say_the_end(); }},
    {"fatal_user", [] { strata::fatal_user("your fault"); }},
    {"described",
     [] {
       strata::set_describe_running(&describe);
       strata::fatal("somebody was here");
     }},
    {"twice",
     [] {
       strata::set_describe_running(
           [](strata::RawWriter&) { strata::fatal("second"); });
       strata::fatal("first");
     }},
    {"two_threads",
     [] {
       std::thread other([] { strata::fatal("from the other"); });
       strata::fatal("from main");
     }},
    {"writer",
     [] {
       write_everything();
       std::_Exit(0);
     }},
    {"writer_errno",
     [] {
       errno = ERANGE;
       write_everything();
       std::_Exit(errno == ERANGE ? 0 : 1);
     }},
    {"assert",
     [] {
       const int apples = 3;
       STRATA_ASSERT(apples == 4, "a pie needs four apples");
     }},
    {"dcheck",
     [] {
       const int apples = 3;
       STRATA_DCHECK(apples == 4, "a pie needs four apples");
     }},
    {"unreachable", [] { STRATA_UNREACHABLE("nobody comes here"); }},
    {"two_lists", &put_into_two_lists},
};

}  // namespace

int main(int, char** arguments) {
  for (const Ending& ending : kEndings) {
    if (std::strcmp(ending.name, arguments[1]) == 0) ending.come();
  }
  return 77;  // nothing ended it
}
