/// @file
/// @brief Starts a flow with a stack pointer that is off by one word.
///
/// Story
///   The calling convention promises every function a stack pointer of
///   which it knows the last four bits. Nobody checks the promise;
///   compilers use it when they move sixteen bytes at once, for instance in
///   printf as soon as a double is printed. A first frame that is one word
///   too low works until then.
///
/// Source
///   What would falsify it: the second run printing its double, too.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "strata/context/switch.hpp"

#if defined(__x86_64__)

namespace {

namespace sc = strata::context;

alignas(64) std::array<std::byte, 64 * 1024> g_stack;
void* g_main_sp;

void flow() {
  std::printf("  an int: %d\n", 42);
  std::fflush(stdout);
  std::printf("  a double: %.1f\n", 1.5);
  std::fflush(stdout);
  _exit(0);
}

// [doc:step-off-by-eight]
// The frame that strata_context_jump pops: 8 bytes of control words, six
// registers, the return address. `shift` words too low, if one wants.
void run_flow(std::size_t shift) {
  auto* top = reinterpret_cast<std::uint64_t*>(g_stack.end()) - shift;
  *--top = 0;
  *--top = reinterpret_cast<std::uint64_t>(&flow);
  top -= 7;
  asm volatile("stmxcsr %0" : "=m"(*top));
  asm volatile("fnstcw %0" : "=m"(*(reinterpret_cast<char*>(top) + 4)));
  sc::detail::strata_context_jump(&g_main_sp, top, nullptr);
}
// [/doc:step-off-by-eight]

}  // namespace

int main(int argc, char**) {
  // With an argument: the wrong one alone and here, for a debugger.
  if (argc > 1) run_flow(1);
  for (const std::size_t shift : {std::size_t{0}, std::size_t{1}}) {
    std::printf("%zu words too low:\n", shift);
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) run_flow(shift);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
      std::printf("  ended by: %s\n", strsignal(WTERMSIG(status)));
    }
  }
}

#else
int main() { std::printf("this step is written for x86-64\n"); }
#endif
