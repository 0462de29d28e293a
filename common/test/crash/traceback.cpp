/// @file
/// @brief Prints stacks of the kind that the argument names.
#include "strata/base/traceback.hpp"

#include <cstdint>
#include <cstring>

#include "strata/base/fatal.hpp"

namespace {

using Print = void (*)();

std::uintptr_t address(const void* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer);
}

void say_end() {
  strata::RawWriter out;
  out.str("walk ends\n");
}

// Chains that no compiler makes: each must end the walk.
void print_damaged() {
  constexpr std::uintptr_t kCode = 0x1000;
  std::uintptr_t words[8] = {};
  const std::uintptr_t lo = address(words);
  const std::uintptr_t hi = lo + sizeof words;
  words[0] = lo;  // points to itself
  words[1] = kCode;
  strata::print_stack_from(kCode, lo, lo, hi);
  say_end();
  words[2] = lo;  // points down
  words[3] = kCode;
  strata::print_stack_from(kCode, lo + 16, lo, hi);
  say_end();
  words[0] = hi + 64;  // points out of the stack
  strata::print_stack_from(kCode, lo, lo, hi);
  say_end();
  strata::print_stack_from(kCode, lo + 3, lo, hi);  // not aligned
  say_end();
  strata::print_stack_from(kCode, hi - 8, lo, hi);  // half a record
  say_end();
}

void print_by_pointers() {
  const auto frame = address(__builtin_frame_address(0));
  constexpr std::uintptr_t kEnough = 2048;
  strata::print_stack_from(address(__builtin_return_address(0)), frame,
                           frame, frame + kEnough);
}

void print_here() { strata::print_stack_here(); }
// Leaves out itself and inner_function.
[[gnu::noinline]] void print_skipping() {
  strata::print_stack_here(2);
  __asm__ volatile("" ::: "memory");  // no tail call
}

}  // namespace

Print g_print = nullptr;

[[gnu::noinline]] int inner_function(int number) {
  g_print();
  __asm__ volatile("" ::: "memory");  // no tail call
  return number;
}

[[gnu::noinline]] int outer_function(int number) {
  const int result = inner_function(number + 1);
  __asm__ volatile("" ::: "memory");
  return result + number;
}

[[gnu::noinline]] int descend(int depth) {
  const int result = depth == 0 ? outer_function(0) : descend(depth - 1);
  __asm__ volatile("" ::: "memory");
  return result + depth;
}

int main(int, char** arguments) {
  constexpr int kDeep = 300;
  const char* how = arguments[1];
  if (std::strcmp(how, "damaged") == 0) {
    print_damaged();
    return 0;
  }
  g_print = &print_here;
  if (std::strcmp(how, "skip") == 0) g_print = &print_skipping;
  if (std::strcmp(how, "pointers") == 0) g_print = &print_by_pointers;
  const bool deep = std::strcmp(how, "deep") == 0;
  return descend(deep ? kDeep : 0) < 0 ? 1 : 0;
}
