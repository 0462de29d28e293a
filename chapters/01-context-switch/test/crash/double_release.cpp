/// @file
/// @brief Releases a stack twice.
#include "strata/context/stack_pool.hpp"

int main() {
  strata::context::StackPool pool;
  const strata::context::Stack stack = pool.acquire().stack;
  pool.release(stack);
  pool.release(stack);
}
