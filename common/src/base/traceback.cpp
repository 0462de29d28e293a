/// @file
/// @brief Walks stacks by unwind tables or by frame pointers and names
/// frames.
///
/// Invariants
///   A frame-pointer walk only reads words in [lo, hi), only moves upward,
///   and stops at the first link that does neither; so it ends on any
///   input.
#include "strata/base/traceback.hpp"

#include <cstddef>
#include <cstdlib>
#include <string_view>

#include <cxxabi.h>
#include <dlfcn.h>
#include <unwind.h>

#include "strata/base/fatal.hpp"

namespace strata {
namespace {

constexpr int kShownInnermost = 50;
constexpr int kShownOutermost = 50;

// Keeps the innermost frames and, in a ring, the outermost ones seen so
// far.
class FrameLog {
 public:
  void add(std::uintptr_t pc) {
    if (count_ < kShownInnermost) {
      innermost_[count_] = pc;
    } else {
      outermost_[(count_ - kShownInnermost) % kShownOutermost] = pc;
    }
    ++count_;
  }

  void print() const;

 private:
  int count_ = 0;
  std::uintptr_t innermost_[kShownInnermost] = {};
  std::uintptr_t outermost_[kShownOutermost] = {};
};

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// A return address belongs to the call before it, hence the minus one. The
// demangler allocates: a report that follows memory exhaustion shows the
// mangled name instead, which is why a null result is no error here.
void print_frame(RawWriter& out, std::uintptr_t pc) {
  Dl_info info{};
  const bool known = ::dladdr(reinterpret_cast<void*>(pc - 1), &info) != 0;
  if (!known || info.dli_sname == nullptr) {
    out.str("?\n\t").hex(pc);
    if (known && info.dli_fname != nullptr) {
      out.str(" in ").str(base_name(info.dli_fname)).str(" +");
      out.hex(pc - reinterpret_cast<std::uintptr_t>(info.dli_fbase));
    }
    out.str("\n");
    return;
  }
  int status = 0;
  char* plain =
      abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status);
  out.str(plain != nullptr ? plain : info.dli_sname);
  std::free(plain);
  const auto start = reinterpret_cast<std::uintptr_t>(info.dli_saddr);
  out.str(plain != nullptr ? "\n\t" : "()\n\t");
  out.str(base_name(info.dli_fname)).str(" +").hex(pc - start).str("\n");
}

void FrameLog::print() const {
  RawWriter out;
  for (int i = 0; i < count_ && i < kShownInnermost; ++i) {
    print_frame(out, innermost_[i]);
  }
  const int beyond = count_ - kShownInnermost;
  if (beyond <= 0) return;
  const int kept = beyond < kShownOutermost ? beyond : kShownOutermost;
  if (beyond > kept) {
    out.str("...").dec(beyond - kept).str(" frames elided...\n");
  }
  for (int i = beyond - kept; i < beyond; ++i) {
    print_frame(out, outermost_[i % kShownOutermost]);
  }
}

struct TableWalk {
  FrameLog log;
  int skip;
};

_Unwind_Reason_Code add_frame(_Unwind_Context* context, void* argument) {
  auto& walk = *static_cast<TableWalk*>(argument);
  const std::uintptr_t pc = _Unwind_GetIP(context);
  if (pc == 0) return _URC_END_OF_STACK;
  if (walk.skip > 0) {
    --walk.skip;
  } else {
    walk.log.add(pc);
  }
  return _URC_NO_REASON;
}

bool holds_frame_record(std::uintptr_t frame, std::uintptr_t lo,
                        std::uintptr_t hi) {
  constexpr std::uintptr_t kRecordBytes = 2 * sizeof(std::uintptr_t);
  return frame % sizeof(std::uintptr_t) == 0 && frame >= lo &&
         hi >= kRecordBytes && frame <= hi - kRecordBytes;
}

}  // namespace

void print_stack_here(int skip) {
  TableWalk walk{.log = {}, .skip = skip + 1};
  _Unwind_Backtrace(&add_frame, &walk);
  walk.log.print();
}

void print_stack_from(std::uintptr_t pc, std::uintptr_t frame_pointer,
                      std::uintptr_t lo, std::uintptr_t hi) {
  FrameLog log;
  log.add(pc + 1);  // an interrupted instruction, not a return address
  std::uintptr_t frame = frame_pointer;
  while (holds_frame_record(frame, lo, hi)) {
    const auto* record = reinterpret_cast<const std::uintptr_t*>(frame);
    const std::uintptr_t return_address = record[1];
    if (return_address == 0) break;
    log.add(return_address);
    if (record[0] <= frame) break;
    frame = record[0];
  }
  log.print();
}

}  // namespace strata
