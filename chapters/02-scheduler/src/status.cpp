/// @file
/// @brief Names statuses, and reports one that should not be.
#include "strata/base/fatal.hpp"
#include "strata/sched/g.hpp"
#include "strata/sched/p.hpp"

namespace strata::sched {

void detail::wrong_status(const char* whose, std::uint64_t id,
                          std::uint32_t is,
                          std::uint32_t expected) noexcept {
  {
    RawWriter out;
    out.str("runtime: ").str(whose).str(" ");
    out.dec(static_cast<std::int64_t>(id)).str(" has status ").dec(is);
    out.str(", expected ").dec(expected).str("\n");
  }
  fatal("sched: bad status");
}

const char* status_name(GStatus status) noexcept {
  switch (status) {
    case GStatus::kRunnable:
      return "runnable";
    case GStatus::kRunning:
      return "running";
    case GStatus::kDead:
      return "dead";
  }
  return "unknown";
}

}  // namespace strata::sched
