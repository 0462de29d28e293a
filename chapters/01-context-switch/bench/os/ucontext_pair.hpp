/// @file
/// @brief A pair of flows that switch with POSIX's swapcontext.
#pragma once

#include "../pair.hpp"

#include <cstdint>

#include <ucontext.h>

namespace strata::context::bench {

struct UcontextSide {
  ucontext_t* self;
  ucontext_t* other;

  void cross() { swapcontext(self, other); }
};

template <int kDepth, class Code>
class UcontextPair {
 public:
  UcontextPair() {
    getcontext(&there_);
    there_.uc_stack.ss_sp = stack_.get().lo;
    there_.uc_stack.ss_size = stack_.get().bytes();
    there_.uc_link = nullptr;
    const auto address = reinterpret_cast<std::uintptr_t>(this);
    makecontext(&there_, reinterpret_cast<void (*)()>(&entry), 2,
                static_cast<unsigned>(address >> 32),
                static_cast<unsigned>(address));
  }

  UcontextSide& first() { return first_; }

 private:
  // makecontext passes ints only, so the pointer comes in halves.
  static void entry(unsigned high, unsigned low) {
    const std::uintptr_t address = std::uintptr_t{high} << 32 | low;
    auto& pair = *reinterpret_cast<UcontextPair*>(address);
    cross_often<kDepth, Code>(pair.second_, UINT64_MAX);
  }

  OwnedStack stack_;
  ucontext_t here_{};
  ucontext_t there_{};
  UcontextSide first_{&here_, &there_};
  UcontextSide second_{&there_, &here_};
};

}  // namespace strata::context::bench
