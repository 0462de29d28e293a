/// @file
/// @brief Lets go of a running thread; that must end the process.

#include "strata/os/thread.hpp"

#include <cstdio>
#include <string_view>

int main(int argc, char** argv) {
  const std::string_view how = argc > 1 ? argv[1] : "";
  {
    strata::os::Thread thread;
    const auto nothing = [](void*) {};
    if (thread.start(nothing, nullptr, "forgotten") != 0) return 1;
    if (how == "overwritten") thread = strata::os::Thread();
  }
  std::puts("not stopped");
  return 0;
}
