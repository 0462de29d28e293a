/// @file
/// @brief Takes two locks in falling rank; a checked build must stop it.

#include "strata/base/assert.hpp"
#include "strata/base/ranked_lock.hpp"

#include <cstdio>

int main() {
  strata::RankedLock outer(strata::LockRank::kTestOuter);
  strata::RankedLock inner(strata::LockRank::kTestInner);
  const strata::LockGuard hold_inner(inner);
  const strata::LockGuard hold_outer(outer);
  std::puts(strata::kChecked ? "not stopped" : "not checked");
  return 0;
}
