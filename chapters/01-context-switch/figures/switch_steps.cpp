/// @file
/// @brief Records the switch between two stacks, instruction by
/// instruction.
///
/// Story
///   Ann and Bob load recognizable numbers into the registers that a switch
///   keeps, 0xa1 to 0xa6 and 0xb1 to 0xb6. Bob has switched away before.
///   Now Ann switches to Bob by the layer's own assembly, with the trap
///   flag set: before each instruction the registers and both stacks are
///   copied. The instructions are recognized by their bytes, as they lie in
///   memory.
#include <cstdio>

#include "os/single_step.hpp"

#if defined(STRATA_CAN_SINGLE_STEP)

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "strata/context/switch.hpp"
#include "strata/figures/steps_file.hpp"

// void* figure_turn(void** save_sp, void* load_sp, const uint64_t* numbers)
// Loads the numbers into the kept registers and switches.
asm(R"(
        .text
figure_turn:
        pushq   %rbp
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        subq    $8, %rsp
        movq    0(%rdx), %rbp
        movq    8(%rdx), %rbx
        movq    16(%rdx), %r12
        movq    24(%rdx), %r13
        movq    32(%rdx), %r14
        movq    40(%rdx), %r15
        call    strata_context_jump
figure_turned:
        addq    $8, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        ret
)");
extern "C" void* figure_turn(void** save_sp, void* load_sp,
                             const std::uint64_t* numbers);
extern "C" const std::uint8_t figure_turned[];

namespace {

namespace sc = strata::context;
using strata::figures::list;
using strata::figures::object;
using strata::figures::quoted;
using strata::figures::SingleStep;

// ---- recording

// What a switch keeps, from the return address down; the last word holds
// the control words.
constexpr std::size_t kWords = 8;
constexpr std::array<std::string_view, 6> kKept = {"rbp", "rbx", "r12",
                                                   "r13", "r14", "r15"};
using Words = std::array<std::uint64_t, kWords>;

struct Moment {
  const std::uint8_t* code;
  std::uint64_t sp;
  std::array<std::uint64_t, kKept.size()> kept;
  std::array<Words, 2> stacks;  // Ann's and Bob's, from the top down
};

// The address of the return address on each stack.
std::array<std::uint64_t, 2> g_top;
std::array<Moment, 64> g_moments;
std::size_t g_count;
bool g_recording;

Words read_words(std::uint64_t top) {
  Words words;
  const auto* word = reinterpret_cast<const std::uint64_t*>(top);
  for (std::uint64_t& out : words) out = *word--;
  return words;
}

// Runs before each instruction.
void watch(const greg_t* registers) {
  const auto number = [&](int name) {
    return static_cast<std::uint64_t>(registers[name]);
  };
  const auto* code = reinterpret_cast<const std::uint8_t*>(number(REG_RIP));
  const auto* jump = reinterpret_cast<const std::uint8_t*>(
      &sc::detail::strata_context_jump);
  if (code == jump) {
    g_recording = true;
    g_top[0] = number(REG_RSP);
  }
  if (!g_recording || g_count == g_moments.size()) return;
  g_moments[g_count++] = {
      .code = code,
      .sp = number(REG_RSP),
      .kept = {number(REG_RBP), number(REG_RBX), number(REG_R12),
               number(REG_R13), number(REG_R14), number(REG_R15)},
      .stacks = {read_words(g_top[0]), read_words(g_top[1])}};
  if (code == figure_turned) g_recording = false;
}

constexpr std::array<std::uint64_t, 6> kAnn = {0xa1, 0xa2, 0xa3,
                                               0xa4, 0xa5, 0xa6};
constexpr std::array<std::uint64_t, 6> kBob = {0xb1, 0xb2, 0xb3,
                                               0xb4, 0xb5, 0xb6};
void* g_main_sp;
void* g_ann_sp;
void* g_bob_sp;

// Clears what the first switch left below, so that only the second is seen.
[[gnu::noinline]] void clear_below() {
  std::array<std::uint64_t, 64> words = {};
  asm volatile("" ::"r"(words.data()) : "memory");
}

void ann(void*, void*) {
  figure_turn(&g_ann_sp, g_bob_sp, kAnn.data());  // so that Bob begins
  clear_below();
  // Bob's words lie above his stack pointer; the highest is what `ret`
  // takes.
  g_top[1] = reinterpret_cast<std::uint64_t>(g_bob_sp) + 8 * (kWords - 1);
  SingleStep::start();
  figure_turn(&g_ann_sp, g_bob_sp, kAnn.data());
}

void bob(void*, void*) {
  figure_turn(&g_bob_sp, g_ann_sp, kBob.data());
  SingleStep::stop();
  figure_turn(&g_bob_sp, g_main_sp, kBob.data());
}

constexpr std::size_t kStackBytes = 64 * 1024;
using StackBytes = std::array<std::byte, kStackBytes>;

void* prepare(StackBytes& bytes, sc::Entry entry) {
  sc::Context fresh;
  const sc::Stack stack{.lo = bytes.begin(), .hi = bytes.end()};
  sc::detail::AsmBackend::start(fresh, stack, entry, nullptr);
  return const_cast<void*>(fresh.saved_sp());
}

void record() {
  alignas(64) static std::array<StackBytes, 2> stacks;
  const SingleStep single_step(&watch);
  g_ann_sp = prepare(stacks[0], &ann);
  g_bob_sp = prepare(stacks[1], &bob);
  figure_turn(&g_main_sp, g_ann_sp, kAnn.data());
}

// ---- telling

struct Instruction {
  std::vector<std::uint8_t> bytes;
  std::string_view line;        // as it stands in jump.S, blanks squeezed
  std::string_view say;         // empty: no step of its own
  std::string_view about = "";  // a register or word
};

// Pushes and pops are told by their register; these are the others.
const std::vector<Instruction>& instructions() {
  static const std::vector<Instruction> all = {
      {{0xf3, 0x0f, 0x1e, 0xfa}, "_CET_ENDBR", ""},
      {{0x48, 0x83, 0xec, 0x08},
       "subq $8, %rsp",
       "Room for one more word: the control words of the floating-point "
       "units.",
       "rsp"},
      {{0x0f, 0xae, 0x1c, 0x24},
       "stmxcsr (%rsp)",
       "MXCSR, the control word of the vector unit, goes there.",
       "control"},
      {{0xd9, 0x7c, 0x24, 0x04},
       "fnstcw 4(%rsp)",
       "The x87 control word goes beside it.",
       "control"},
      {{0x48, 0x89, 0x27},
       "movq %rsp, (%rdi)",
       "rsp is stored for whoever resumes Ann: all that is Ann's lies "
       "above "
       "this address now.",
       "rsp"},
      {{0x8b, 0x0c, 0x24}, "movl (%rsp), %ecx", ""},
      {{0x44, 0x0f, 0xb7, 0x44, 0x24, 0x04}, "movzwl 4(%rsp), %r8d", ""},
      {{0x48, 0x89, 0xf4},
       "movq %rsi, %rsp",
       "This is the switch: rsp is Bob's. The other registers still hold "
       "what "
       "is Ann's.",
       "rsp"},
      {{0x48, 0x89, 0xd0}, "movq %rdx, %rax", ""},
      {{0x33, 0x0c, 0x24}, "xorl (%rsp), %ecx", ""},
      {{0xf7, 0xc1}, "testl", ""},
      {{0x0f, 0x85}, "jne", ""},
      {{0x75}, "jne", ""},
      {{0x66, 0x44, 0x39, 0x44, 0x24, 0x04},
       "cmpw %r8w, 4(%rsp)",
       "Bob's control words are the same as Ann's, so none is loaded.",
       "control"},
      {{0x48, 0x83, 0xc4, 0x08},
       "addq $8, %rsp",
       "Their word is passed over.",
       "rsp"},
      {{0xc3},
       "ret",
       "ret takes the return address from the stack, and the stack is "
       "Bob's: "
       "Bob goes on behind his own call.",
       "return"}};
  return all;
}

// What 0x50 + n and, behind the prefix 0x41, 0x50 + n push.
std::string_view pushed_register(std::uint8_t low, bool extended) {
  if (extended) return kKept.at(low - 4U + 2);  // 4 is r12
  return low == 5 ? "rbp" : "rbx";
}

struct Step {
  std::string line;
  std::string say;
  std::string about;
};

Step tell_push_or_pop(std::uint8_t opcode, bool extended) {
  const std::string name(pushed_register(opcode & 7, extended));
  if (opcode < 0x58) {
    return {"pushq %" + name, "Ann's " + name + " goes to Ann's stack.",
            name};
  }
  return {"popq %" + name, "Bob's " + name + " comes from Bob's stack.",
          name};
}

// Names the instruction at an address. Empty `say`: not worth a step.
Step tell(const std::uint8_t* code) {
  const bool extended = code[0] == 0x41;
  const std::uint8_t opcode = code[extended ? 1 : 0];
  if (opcode >= 0x50 && opcode <= 0x5f) {
    return tell_push_or_pop(opcode, extended);
  }
  for (const auto& [bytes, line, say, about] : instructions()) {
    if (std::ranges::equal(bytes, std::span(code, bytes.size()))) {
      return {std::string(line), std::string(say), std::string(about)};
    }
  }
  std::fputs("switch_steps: an instruction it does not know\n", stderr);
  std::exit(1);
}

std::string hex(std::uint64_t number) {
  char text[32];
  std::snprintf(text, sizeof(text), "0x%llx",
                static_cast<unsigned long long>(number));
  return text;
}

// Addresses differ from run to run: they are told as places.
std::string word_text(const Words& words, std::size_t i) {
  if (words[i] == reinterpret_cast<std::uint64_t>(figure_turned)) {
    return "after call";
  }
  if (i + 1 < kWords) return hex(words[i]);
  const auto mxcsr = static_cast<std::uint32_t>(words[i]);
  const auto x87 = static_cast<std::uint16_t>(words[i] >> 32U);
  return hex(mxcsr) + " " + hex(x87);
}

// How many words of a stack are in use: from the top to the stack pointer.
std::size_t words_used(std::uint64_t sp, std::uint64_t top) {
  return static_cast<std::size_t>((top + 8 - sp) / 8);
}

class Teller {
 public:
  void tell_all() {
    step({"",
          "Ann has called the switch: the call has put its return address "
          "on her stack. Bob's registers lie on his stack, where he left "
          "them.",
          ""},
         g_moments[0]);
    for (std::size_t i = 0; i + 1 < g_count; ++i) {
      const Step told = tell(g_moments[i].code);
      if (!told.say.empty()) step(told, g_moments[i + 1]);
    }
  }

 private:
  // On whose stack is the processor?
  static std::size_t runner(const Moment& moment) {
    const auto near = [&](std::uint64_t top) {
      return moment.sp <= top + 8 && top - moment.sp < 8 * kWords + 8;
    };
    return near(g_top[0]) ? 0 : 1;
  }

  void step(const Step& told, const Moment& moment) {
    const std::size_t runs = runner(moment);
    used_[runs] = words_used(moment.sp, g_top[runs]);
    std::vector<std::string> registers = {place(moment, runs)};
    for (std::size_t i = 0; i < kKept.size(); ++i) {
      registers.push_back(
          object({{"name", quoted(kKept[i])},
                  {"value", quoted(hex(moment.kept[i]))},
                  {"owner", moment.kept[i] < 0xb0 ? "0" : "1"}}));
    }
    file_.step(
        told.say,
        object({{"running", std::to_string(runs)},
                {"hot", quoted(told.about)},
                {"registers", list(registers)},
                {"stacks", list({stack(moment, 0), stack(moment, 1)})}}),
        told.line);
  }

  // The stack pointer, as a place.
  std::string place(const Moment& moment, std::size_t runs) const {
    const auto down = static_cast<long>(g_top[runs] + 8 - moment.sp);
    const std::string name(kNames[runs]);
    const std::string value =
        down == 0 ? name : name + " \u2212 " + std::to_string(down);
    return object({{"name", quoted("rsp")},
                   {"value", quoted(value)},
                   {"owner", std::to_string(runs)}});
  }

  std::string stack(const Moment& moment, std::size_t number) const {
    constexpr std::array<std::string_view, kWords> kLabels = {
        "return", "rbp", "rbx", "r12", "r13", "r14", "r15", "control"};
    std::vector<std::string> words;
    for (std::size_t i = 0; i < kWords; ++i) {
      const Words& all = moment.stacks[number];
      const bool empty = all[i] == 0 && i >= used_[number];
      words.push_back(
          object({{"name", quoted(kLabels[i])},
                  {"value", quoted(empty ? "" : word_text(all, i))}}));
    }
    return object({{"name", quoted(kNames[number])},
                   {"used", std::to_string(used_[number])},
                   {"words", list(words)}});
  }

  static constexpr std::array<std::string_view, 2> kNames = {"Ann", "Bob"};
  strata::figures::StepsFile file_{"stack", "A switch from Ann to Bob"};
  std::array<std::size_t, 2> used_ = {1, kWords};
};

}  // namespace

int main() {
  record();
  Teller().tell_all();
}

#else
int main() {
  std::fputs("this figure is recorded on x86-64, without sanitizers\n",
             stderr);
  return 1;
}
#endif
