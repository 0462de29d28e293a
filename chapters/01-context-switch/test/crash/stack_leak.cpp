/// @file
/// @brief Destroys a pool while a stack is in use.
#include "strata/context/stack_pool.hpp"

int main() {
  strata::context::StackPool pool;
  (void)pool.acquire();
}
