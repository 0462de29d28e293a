/// @file
/// @brief The same two conversations, each on its own stack, by `ucontext`.
///
/// Story
///   The C library can save where a flow of control is and go on elsewhere.
///   The conversation becomes an ordinary function again: its locals stay
///   where they are, on a stack that nobody else uses.
#include <ucontext.h>

#include <array>
#include <cstdio>

namespace {

// [doc:step-ucontext]
struct Talker {
  ucontext_t where;                   // registers, while it does not run
  std::array<char, 64 * 1024> stack;  // locals and return addresses
  const char* name;
};
ucontext_t g_main;
std::array<Talker, 2> g_talkers;
Talker* g_now;
int g_left = 2;

void pause() { swapcontext(&g_now->where, &g_main); }

void converse() {
  std::printf("%s: hello\n", g_now->name);
  for (int count = 1; count <= 3; ++count) {
    pause();
    std::printf("%s: %d\n", g_now->name, count);
  }
  pause();
  std::printf("%s: goodbye\n", g_now->name);
  --g_left;
}

void start(Talker& talker, const char* name) {
  talker.name = name;
  getcontext(&talker.where);
  talker.where.uc_stack.ss_sp = talker.stack.data();
  talker.where.uc_stack.ss_size = talker.stack.size();
  talker.where.uc_link = &g_main;  // where to go when `converse` returns
  makecontext(&talker.where, &converse, 0);
}
// [/doc:step-ucontext]

}  // namespace

int main() {
  start(g_talkers[0], "Ann");
  start(g_talkers[1], "          Bob");
  // [doc:step-ucontext-main]
  while (g_left > 0) {
    for (Talker& talker : g_talkers) {
      g_now = &talker;
      swapcontext(&g_main, &talker.where);
    }
  }
  // [/doc:step-ucontext-main]
  std::printf(
      "\nThe loop is a loop again. But each of these switches made a\n"
      "system call, because ucontext also carries the signal mask.\n");
}
