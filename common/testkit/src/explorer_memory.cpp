/// @file
/// @brief Models the accesses to shared memory.
///
/// Story
///   Under Memory::kSequential a store is seen by all at once. Under kTso
///   it first waits in a buffer of the storing thread, as in an x86
///   processor: the thread itself sees it, the others only when it lands,
///   which the strategy decides. A read-modify-write, a seq_cst store, a
///   seq_cst fence and any system call let all earlier stores land first.

#include "explorer_machine.hpp"

#include "strata/base/assert.hpp"

#include <algorithm>
#include <cstring>

namespace strata::testkit {

using exploring::Location;
using exploring::Operation;
using exploring::Word;

namespace {

Word read_memory(Location from) {
  Word value = 0;
  std::memcpy(&value, from.address, from.bytes);
  return value;
}

void write_memory(Location to, Word value) {
  std::memcpy(to.address, &value, to.bytes);
}

Word cut(Word value, std::size_t bytes) {
  return bytes >= sizeof(Word) ? value
                               : value & ((Word{1} << (8 * bytes)) - 1);
}

Word apply(Operation operation, Word value, Word operand) {
  switch (operation) {
    case Operation::kExchange:
      return operand;
    case Operation::kFetchAdd:
      return value + operand;
    case Operation::kFetchSub:
      return value - operand;
    case Operation::kFetchAnd:
      return value & operand;
    case Operation::kFetchOr:
      return value | operand;
    default:
      STRATA_UNREACHABLE("explorer: not a read-modify-write");
  }
}

}  // namespace

void Machine::log(Operation operation, Location at, std::memory_order order,
                  Word before, Word after) {
  events_.add({operation, static_cast<std::uint8_t>(current_),
               static_cast<std::uint8_t>(at.bytes), order, at.address,
               before, after, now_ns_});
}

// What the calling thread sees: its own newest store, else memory.
Word Machine::read(Location from) {
  if ((buffered_ & only(current_)) != 0) {
    const auto& stores = current().stores;
    for (auto it = stores.rbegin(); it != stores.rend(); ++it) {
      if (it->to.address == from.address) return it->value;
    }
  }
  return read_memory(from);
}

void Machine::buffer_store(Location to, Word value) {
  current().stores.push_back({to, value});
  buffered_ |= only(current_);
}

void Machine::land_oldest_store(int id) {
  Thread& owner = thread(id);
  const BufferedStore oldest = owner.stores.front();
  owner.stores.pop_front();
  if (owner.stores.empty()) buffered_ &= ~only(id);
  const Word before = read_memory(oldest.to);
  write_memory(oldest.to, oldest.value);
  events_.add({Operation::kFlush, static_cast<std::uint8_t>(id),
               static_cast<std::uint8_t>(oldest.to.bytes),
               std::memory_order_relaxed, oldest.to.address, before,
               oldest.value, now_ns_});
}

void Machine::land_all_stores() {
  while ((buffered_ & only(current_)) != 0) land_oldest_store(current_);
}

Word Machine::load(Location from, std::memory_order order) {
  point();
  const Word value = read(from);
  log(Operation::kLoad, from, order, value, value);
  return value;
}

void Machine::store(Location to, Word value, std::memory_order order) {
  point();
  log(Operation::kStore, to, order, read(to), value);
  // A seq_cst store is visible before the next load: no buffer.
  if (exploration_.memory == Memory::kTso &&
      order != std::memory_order_seq_cst) {
    return buffer_store(to, value);
  }
  land_all_stores();
  write_memory(to, value);
}

Word Machine::update(Operation operation, Location at, Word operand,
                     std::memory_order order) {
  point();
  land_all_stores();
  const Word before = read(at);
  const Word after = cut(apply(operation, before, operand), at.bytes);
  log(operation, at, order, before, after);
  write_memory(at, after);
  return before;
}

bool Machine::compare_exchange(Location at, Word& expected, Word desired,
                               bool weak, std::memory_order order) {
  point();
  land_all_stores();
  const Word before = read(at);
  const bool equal = before == expected && !(weak && strategy_->rarely());
  log(Operation::kCompareExchange, at, order, before,
      equal ? desired : before);
  if (equal) {
    write_memory(at, desired);
  } else {
    expected = before;
  }
  return equal;
}

void Machine::fence(std::memory_order order) {
  // Weaker fences order nothing that these models reorder.
  if (order != std::memory_order_seq_cst) return;
  point();
  land_all_stores();
  log(Operation::kFence, {}, order, 0, 0);
}

// A processor that spins does not keep its stores forever.
void Machine::relax(Operation operation) {
  count_step();
  land_all_stores();
  log(operation, {}, std::memory_order_relaxed, 0, 0);
  dispatch(true);
}

void Machine::step(const char* label) {
  point();
  log(Operation::kStep, {const_cast<char*>(label), 0},
      std::memory_order_relaxed, 0, 0);
}

// A store that has not landed must not land in memory somebody else got.
void Machine::forget(Location at) {
  if (buffered_ == 0) return;
  for (int i = 0; i < count_; ++i) {
    auto& stores = thread(i).stores;
    std::erase_if(stores, [at](const BufferedStore& store) {
      return store.to.address == at.address;
    });
    if (stores.empty()) buffered_ &= ~only(i);
  }
}

}  // namespace strata::testkit
