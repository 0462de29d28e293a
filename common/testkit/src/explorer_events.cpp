/// @file
/// @brief Prints the events of a schedule.

#include "explorer_events.hpp"

#include "strata/os/futex.hpp"

#include <algorithm>
#include <cstdio>

namespace strata::testkit {
namespace {

using exploring::Operation;
using exploring::Word;

const char* operation_name(Operation operation) {
  switch (operation) {
    case Operation::kLoad:
      return "load";
    case Operation::kStore:
      return "store";
    case Operation::kExchange:
      return "exchange";
    case Operation::kCompareExchange:
      return "compare_exchange";
    case Operation::kFetchAdd:
      return "fetch_add";
    case Operation::kFetchSub:
      return "fetch_sub";
    case Operation::kFetchAnd:
      return "fetch_and";
    case Operation::kFetchOr:
      return "fetch_or";
    case Operation::kFence:
      return "fence";
    case Operation::kRelax:
      return "cpu_relax";
    case Operation::kYield:
      return "yield";
    case Operation::kFutexWait:
      return "futex_wait";
    case Operation::kFutexReturn:
      return "futex_wait returns";
    case Operation::kFutexWake:
      return "futex_wake";
    case Operation::kThreadStart:
      return "start";
    case Operation::kThreadJoin:
      return "join";
    case Operation::kThreadEnd:
      return "end";
    case Operation::kFlush:
      return "store lands";
    case Operation::kStep:
      return "step";
  }
  return "?";
}

const char* order_name(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed:
      return " relaxed";
    case std::memory_order_consume:
      return " consume";
    case std::memory_order_acquire:
      return " acquire";
    case std::memory_order_release:
      return " release";
    case std::memory_order_acq_rel:
      return " acq_rel";
    case std::memory_order_seq_cst:  // a name, not an access
      return " seq_cst";
  }
  return "";
}

bool has_order(Operation operation) {
  return operation <= Operation::kFence;
}

const char* result_name(Word result) {
  switch (static_cast<os::FutexResult>(result)) {
    case os::FutexResult::kWoken:
      return "woken";
    case os::FutexResult::kValueChanged:
      return "value changed";
    case os::FutexResult::kTimedOut:
      return "timed out";
  }
  return "?";
}

// Small numbers in decimal, all-ones as -1, the rest, mostly addresses, in
// hexadecimal.
std::string print_value(Word value, unsigned bytes) {
  const Word ones = bytes >= 8 ? ~Word{0} : (Word{1} << (8 * bytes)) - 1;
  if (value == ones && bytes > 1) return "-1";
  char text[32];
  const char* format = value < (Word{1} << 32) ? "%llu" : "0x%llx";
  std::snprintf(text, sizeof(text), format,
                static_cast<unsigned long long>(value));
  return text;
}

std::string print_change(const Event& event) {
  const std::string before = print_value(event.before, event.bytes);
  std::string after = print_value(event.after, event.bytes);
  switch (event.operation) {
    case Operation::kLoad:
      return after;
    case Operation::kFutexWait:
      return "while " + before;
    case Operation::kFutexReturn:
      return result_name(event.after);
    case Operation::kFutexWake:
      return "woke " + after + " of " + before;
    case Operation::kFlush:
    case Operation::kStore:
    case Operation::kExchange:
    case Operation::kCompareExchange:
    case Operation::kFetchAdd:
    case Operation::kFetchSub:
    case Operation::kFetchAnd:
    case Operation::kFetchOr:
      return before + " -> " + after;
    default:
      return "";
  }
}

using Row = std::array<std::string, 5>;

void widen(std::array<std::size_t, 5>& widths, const Row& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    widths[i] = std::max(widths[i], row[i].size());
  }
}

std::string join_columns(const Row& row,
                         const std::array<std::size_t, 5>& widths) {
  std::string line(widths[0] - row[0].size(), ' ');
  line += row[0];
  for (std::size_t i = 1; i < row.size(); ++i) {
    line += "  " + row[i] + std::string(widths[i] - row[i].size(), ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

void EventLog::clear() noexcept {
  count_ = 0;
  hash_ = 0;
  names_.clear();
}

std::string EventLog::name_of(const void* address) const {
  const auto* byte = static_cast<const std::byte*>(address);
  // The last name given wins: a member may be named after the whole.
  for (auto it = names_.rbegin(); it != names_.rend(); ++it) {
    if (byte < it->begin || byte >= it->begin + it->bytes) continue;
    const auto offset = byte - it->begin;
    std::string name = it->name;
    if (offset != 0) name += "+" + std::to_string(offset);
    return name;
  }
  char text[32];
  std::snprintf(text, sizeof(text), "%p", address);
  return text;
}

std::vector<std::string> EventLog::print(
    const std::vector<std::string_view>& thread_names) const {
  std::vector<Row> rows{{"step", "thread", "operation", "object", "value"}};
  std::array<std::size_t, 5> widths{};
  widen(widths, rows.front());
  for (std::uint64_t i = first_kept(); i <= count_; ++i) {
    const Event& event = at(i);
    Row row;
    row[0] = std::to_string(i);
    row[1] = thread_names[event.thread];
    row[2] = operation_name(event.operation);
    if (has_order(event.operation)) row[2] += order_name(event.order);
    if (event.operation == Operation::kStep) {
      row[3] = static_cast<const char*>(event.object);
    } else if (event.object != nullptr) {
      row[3] = name_of(event.object);
    }
    row[4] = print_change(event);
    widen(widths, row);
    rows.push_back(std::move(row));
  }
  std::vector<std::string> lines;
  lines.reserve(rows.size());
  for (const Row& row : rows) lines.push_back(join_columns(row, widths));
  return lines;
}

std::uint64_t EventLog::find_last(Operation operation,
                                  const void* object) const {
  for (std::uint64_t i = count_; i >= first_kept(); --i) {
    const Event& event = at(i);
    if (event.operation == operation && event.object == object) return i;
  }
  return 0;
}

}  // namespace strata::testkit
