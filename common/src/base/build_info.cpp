/// @file
/// @brief Holds what the build passed in: see StrataSlots.cmake.
#include "strata/base/build_info.hpp"

namespace strata {

std::string_view slots_of_reader() noexcept { return STRATA_MINE_SLOTS; }

std::string_view build_info() noexcept {
  if (slots_of_reader().empty())
    return "Strata, all slots of the reference";
  return "Strata, slots of the reader: " STRATA_MINE_SLOTS;
}

}  // namespace strata
