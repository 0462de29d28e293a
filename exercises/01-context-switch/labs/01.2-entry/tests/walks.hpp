/// @file
/// @brief Looks at a flow's stack from inside: alignment, and walks to its
///        end.
#pragma once

#include <unwind.h>

#include <cstdint>
#include <cstring>

#include "strata/context/switch.hpp"

namespace strata::context {
extern "C" void strata_context_entry();
}

namespace strata::context::lab {

/// What a walk by unwind tables found.
struct Walk {
  /// Frames, of which the walk's own is the first.
  int frames = 0;
  /// Whether the last frame's code is strata_context_entry.
  bool outermost_is_entry = false;
  /// The last frame's address of return.
  std::uintptr_t outermost_code = 0;
};

namespace detail_of_walks {
inline _Unwind_Reason_Code note_frame(_Unwind_Context* context,
                                      void* argument) {
  Walk& walk = *static_cast<Walk*>(argument);
  const std::uintptr_t code = _Unwind_GetIP(context);
  if (code == 0) return _URC_END_OF_STACK;  // the end is told, too
  walk.outermost_code = code;
  return ++walk.frames < 1000 ? _URC_NO_REASON : _URC_END_OF_STACK;
}

struct Frame {
  const Frame* caller;
  std::uintptr_t return_address;
};
}  // namespace detail_of_walks

/// Walks as exceptions and debuggers do.
[[gnu::noinline]] inline Walk walk_by_tables() {
  Walk walk;
  _Unwind_Backtrace(&detail_of_walks::note_frame, &walk);
  const auto entry =
      reinterpret_cast<std::uintptr_t>(&strata_context_entry);
  walk.outermost_is_entry =
      walk.outermost_code > entry && walk.outermost_code < entry + 64;
  return walk;
}

/// Walks as profilers do, from frame pointer to frame pointer.
/// @return how many frames; -1 if the walk did not end on the stack.
[[gnu::noinline]] inline int walk_by_frame_pointers(const Stack& stack) {
  using detail_of_walks::Frame;
  const auto* frame = static_cast<const Frame*>(__builtin_frame_address(0));
  int count = 0;
  while (frame != nullptr) {
    if (!stack.contains(frame) || ++count == 1000) return -1;
    frame = frame->caller;
  }
  return count;
}

namespace detail_of_walks {
struct Probe {
  ThreadAnchors anchors = thread_anchors();
  Context outside;
  Context inside;
  std::uintptr_t frame = 0;
};

[[noreturn]] inline void probe(void*, void* argument) {
  Probe& found = *static_cast<Probe*>(argument);
  // Behind the return address and the frame pointer that were pushed: a
  // multiple of 16 if the call was made as the ABI asks.
  found.frame =
      reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  detail::exit_with<detail::AsmBackend>(found.anchors, found.inside,
                                        found.outside, nullptr);
}
}  // namespace detail_of_walks

/// Runs a flow on a stack and tells where its function's frame lies.
inline std::uintptr_t frame_of_first_function(const Stack& stack) {
  detail_of_walks::Probe found;
  adopt_thread(found.outside);
  detail::prepare_with<detail::AsmBackend>(found.inside, stack,
                                           &detail_of_walks::probe, &found);
  detail::switch_with<detail::AsmBackend>(found.anchors, found.outside,
                                          found.inside, nullptr);
  destroy_fiber(found.inside);
  return found.frame;
}

}  // namespace strata::context::lab
