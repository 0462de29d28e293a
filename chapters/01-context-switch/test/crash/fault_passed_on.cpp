/// @file
/// @brief Faults while the program has a handler of its own.
#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>

#include "one_flow.hpp"

namespace {

void on_fault(int) {
  constexpr char kText[] = "the program's own handler\n";
  if (write(STDERR_FILENO, kText, sizeof kText - 1) < 0) _exit(79);
  _exit(42);
}

}  // namespace

int main() {
  struct sigaction action = {};
  action.sa_handler = &on_fault;
  sigaction(SIGSEGV, &action, nullptr);
  strata::context::crash::run([] {
    std::uintptr_t address = 0x1230;
    asm volatile("" : "+r"(address));
    std::printf("%d\n", *reinterpret_cast<volatile int*>(address));
  });
}
