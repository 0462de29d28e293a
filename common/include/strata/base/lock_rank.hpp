/// @file
/// @brief Names the rank of every runtime lock.
#pragma once

#include <cstdint>

namespace strata {

/// Says where a lock stands in the order of all locks; lower is outer.
enum class LockRank : std::uint8_t {
#define STRATA_LOCK_RANK(name, number, protects) name = number,
#include "strata/base/lock_ranks.def"
#undef STRATA_LOCK_RANK
};

/// Returns the name of @p rank as written in lock_ranks.def.
/// @return a string that lives forever; "unknown" for a stray number
constexpr const char* lock_rank_name(LockRank rank) noexcept {
  switch (rank) {
#define STRATA_LOCK_RANK(name, number, protects) \
  case LockRank::name:                           \
    return #name;
#include "strata/base/lock_ranks.def"
#undef STRATA_LOCK_RANK
  }
  return "unknown";
}

/// Returns what a lock of @p rank protects.
/// @return a string that lives forever
constexpr const char* lock_rank_protects(LockRank rank) noexcept {
  switch (rank) {
#define STRATA_LOCK_RANK(name, number, protects) \
  case LockRank::name:                           \
    return protects;
#include "strata/base/lock_ranks.def"
#undef STRATA_LOCK_RANK
  }
  return "unknown";
}

}  // namespace strata
