/// @file
/// @brief Records calls and returns around a switch, and what a processor's
///        return stack makes of them.
///
/// Story
///   Ann and Bob run the same three functions and switch in the innermost.
///   The run is watched instruction by instruction; each call and each ret
///   that is really executed becomes a step. The return stack beside them
///   follows the rule of all such predictors: a call pushes its return
///   address, a ret pops one and is predicted to go there. First Boost's
///   switch is called as it comes, then by the layer's stub.
#include <cstdio>

#include "os/single_step.hpp"

#if defined(STRATA_CAN_SINGLE_STEP)

#include <array>
#include <boost/context/detail/fcontext.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "strata/context/switch.hpp"
#include "strata/figures/steps_file.hpp"

namespace {

namespace sc = strata::context;
namespace fc = boost::context::detail;
using strata::figures::list;
using strata::figures::object;
using strata::figures::quoted;
using strata::figures::SingleStep;

// ---- what is watched

struct PlainCall {
  static inline void* other = nullptr;
  static void go() { other = fc::jump_fcontext(other, nullptr).fctx; }
};
struct ByStub {
  static inline void* other = nullptr;
  static void go() {
    other = sc::detail::strata_fcontext_jump(other, nullptr).context;
  }
};

template <class Way>
[[gnu::noinline]] void inner() {
  Way::go();
  asm volatile("");  // so that no call here is a tail call
}
template <class Way>
[[gnu::noinline]] void outer() {
  inner<Way>();
  asm volatile("");
}
template <class Way>
[[gnu::noinline]] void loop(int turns) {
  for (int i = 0; i < turns; ++i) outer<Way>();
}

// ---- recording

// A call or ret: where it stood, and where it went.
struct Transfer {
  bool is_call;
  std::uintptr_t sp;      // tells the flows apart
  std::uintptr_t target;  // the first instruction behind it
  std::uintptr_t pushed;  // a call's return address
};
std::array<Transfer, 512> g_transfers;
std::size_t g_count;
const std::uint8_t* g_last;

bool is_prefix(std::uint8_t byte) {
  return (byte & 0xf0) == 0x40 || byte == 0xf2 || byte == 0xf3;
}

// Runs before each instruction; looks at the one before.
void watch(const greg_t* registers) {
  const std::uint8_t* code = g_last;
  const auto now = static_cast<std::uintptr_t>(registers[REG_RIP]);
  const auto sp = static_cast<std::uintptr_t>(registers[REG_RSP]);
  g_last = reinterpret_cast<const std::uint8_t*>(now);
  if (code == nullptr || g_count == g_transfers.size()) return;
  while (is_prefix(*code)) ++code;
  const bool indirect = *code == 0xff && ((code[1] >> 3) & 7) == 2;
  const bool is_call = *code == 0xe8 || indirect;
  if (!is_call && *code != 0xc3) return;
  const auto* top = reinterpret_cast<const std::uintptr_t*>(sp);
  g_transfers[g_count++] = {is_call, sp, now, is_call ? *top : 0};
}

constexpr int kTurns = 1;
constexpr int kForever = 1'000'000;
constexpr std::size_t kStackBytes = 64 * 1024;
alignas(64) std::array<std::array<std::byte, kStackBytes>, 2> g_stacks;

bool is_on_bobs_stack(std::uintptr_t sp) {
  for (const auto& stack : g_stacks) {
    const auto low = reinterpret_cast<std::uintptr_t>(stack.begin());
    if (sp >= low && sp < low + stack.size()) return true;
  }
  return false;
}

// Bob runs the same loop, for ever, on a stack of his own.
template <class Way>
void record(std::array<std::byte, kStackBytes>& stack) {
  Way::other = fc::make_fcontext(stack.end(), stack.size(),
                                 [](fc::transfer_t arrived) {
                                   Way::other = arrived.fctx;
                                   for (;;) loop<Way>(kForever);
                                 });
  loop<Way>(1);  // now Bob waits in his innermost function
  g_count = 0;
  g_last = nullptr;
  const SingleStep single_step(&watch);
  SingleStep::start();
  loop<Way>(kTurns);
  SingleStep::stop();
}

// ---- telling

template <class Function>
std::uintptr_t address_of(Function* function) {
  return reinterpret_cast<std::uintptr_t>(function);
}

// Names the function that an address lies in; they are short.
template <class Way>
std::string name_of(std::uintptr_t address) {
  const std::array<std::pair<std::uintptr_t, std::string_view>, 4>
      functions = {{{address_of(&loop<Way>), "loop"},
                    {address_of(&outer<Way>), "outer"},
                    {address_of(&inner<Way>), "inner"},
                    {address_of(&fc::jump_fcontext), "switch"}}};
  std::pair<std::uintptr_t, std::string_view> best = {0, ""};
  for (const auto& one : functions) {
    if (one.first <= address && one.first > best.first) best = one;
  }
  const bool near = best.first != 0 && address - best.first < 160;
  const bool stub =
      address == address_of(&sc::detail::strata_fcontext_jump);
  return stub ? "switch" : std::string(near ? best.second : "");
}

struct Flow {
  std::string_view name;
  std::vector<std::string> frames;
};

template <class Way>
class Teller {
 public:
  Teller(strata::figures::StepsFile& file, std::string_view opening)
      : file_(file) {
    step(std::string(opening), "");
  }

  void tell_all() {
    for (std::size_t i = 0; i < g_count; ++i) {
      const Transfer& transfer = g_transfers[i];
      const std::size_t runs = is_on_bobs_stack(transfer.sp) ? 1 : 0;
      if (runs != running_) arrive(runs);
      if (transfer.is_call) {
        call(transfer);
      } else {
        comes_back(transfer);
      }
    }
  }

 private:
  Flow& flow() { return flows_[running_]; }

  // The switch has left by a jump, which no return stack notices.
  void arrive(std::size_t runs) {
    const std::string from(flow().name);
    running_ = runs;
    std::string way = ", in the stub, before its ret";
    if constexpr (std::is_same_v<Way, PlainCall>) {
      way = ", behind the call there";
      flow().frames.pop_back();  // nobody returns from the switch itself
    }
    step("The switch leaves " + from + " by a jump and goes on in " +
             std::string(flow().name) + way +
             ". The return stack does not notice.",
         "");
  }

  void call(const Transfer& transfer) {
    const std::string callee = name_of<Way>(transfer.target);
    const std::string caller = name_of<Way>(transfer.pushed);
    if (callee.empty() || caller.empty()) return;  // not of this story
    flow().frames.push_back(callee);
    entries_.push_back({transfer.pushed, caller});
    step(std::string(flow().name) + " calls " + callee +
             ": the processor notes that the way back leads into " +
             caller + ".",
         "");
  }

  void comes_back(const Transfer& transfer) {
    const std::string to = name_of<Way>(transfer.target);
    if (to.empty()) return;
    std::pair<std::uintptr_t, std::string> guess = {0, ""};
    if (!entries_.empty()) {
      guess = entries_.back();
      entries_.pop_back();
    }
    const bool hit = guess.first == transfer.target;
    ++(hit ? right_ : wrong_);
    const std::string who = flow().frames.back();
    flow().frames.pop_back();
    step(std::string(flow().name) + "'s " + who + " returns into " + to +
             (hit ? ", as the processor guessed."
                  : ". The processor guessed " + guess.second +
                        " and has to throw work away."),
         object({{"to", quoted(to)}, {"guess", quoted(guess.second)}}));
  }

  void step(const std::string& say, const std::string& back) {
    std::vector<std::string> flows;
    for (const Flow& one : flows_) {
      flows.push_back(object({{"name", quoted(one.name)},
                              {"frames", list(quote_all(one.frames))}}));
    }
    std::vector<std::string> entries;
    for (const auto& entry : entries_)
      entries.push_back(quoted(entry.second));
    std::vector<strata::figures::Member> members = {
        {"running", std::to_string(running_)},
        {"right", std::to_string(right_)},
        {"wrong", std::to_string(wrong_)},
        {"flows", list(flows)},
        {"entries", list(entries)}};
    if (!back.empty()) members.push_back({"return", back});
    file_.step(say, object(members));
  }

  static std::vector<std::string> quote_all(
      const std::vector<std::string>& words) {
    std::vector<std::string> out;
    for (const std::string& word : words) out.push_back(quoted(word));
    return out;
  }

  strata::figures::StepsFile& file_;
  std::array<Flow, 2> flows_ = {
      Flow{.name = "Ann", .frames = {"loop"}},
      Flow{.name = "Bob", .frames = {"loop", "outer", "inner", "switch"}}};
  std::vector<std::pair<std::uintptr_t, std::string>> entries_;
  std::size_t running_ = 0;
  int right_ = 0;
  int wrong_ = 0;
};

}  // namespace

int main() {
  strata::figures::StepsFile file("predictor",
                                  "A return stack that gets out of step");
  record<PlainCall>(g_stacks[0]);
  Teller<PlainCall>(
      file,
      "First as it comes: jump_fcontext is called and leaves by "
      "a jump. Bob waits inside of it; the return stack is empty.")
      .tell_all();
  record<ByStub>(g_stacks[1]);
  Teller<ByStub>(
      file,
      "Now by the stub: the same code is reached by a jump, and the "
      "call is answered by a ret. Everything begins again.")
      .tell_all();
}

#else
int main() {
  std::fputs("this figure is recorded on x86-64, without sanitizers\n",
             stderr);
  return 1;
}
#endif
