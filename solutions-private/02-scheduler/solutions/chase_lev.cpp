/// @file
/// @brief Solution of lab 02.5: the operations of the deque.
// strata-private-d64ead5d642f45ff
#include "chase_lev.hpp"

namespace strata::lab {

using sched::G;

ChaseLev::ChaseLev(std::size_t slots) {
  rings_.push_back(std::make_unique<Ring>(slots));
  // relaxed: nobody else knows of the deque yet.
  ring_.store(rings_.back().get(), std::memory_order_relaxed);
}

ChaseLev::~ChaseLev() = default;

void ChaseLev::push(G& g) {
  // relaxed: the owner alone writes bottom and the ring.
  const std::int64_t bottom = bottom_.load(std::memory_order_relaxed);
  Ring* ring = ring_.load(std::memory_order_relaxed);
  // acquire: what thieves have passed they have read.
  const std::int64_t top = top_.load(std::memory_order_acquire);
  if (bottom - top >= static_cast<std::int64_t>(ring->items.size())) {
    ring = &grow(*ring, top, bottom);
  }
  ring->at(bottom).store(&g, std::memory_order_relaxed);
  // [MO:deque-bottom] publishes slot, goroutine and ring.
  bottom_.store(bottom + 1, std::memory_order_release);
}

// Copies what is there; a thief that reads the old ring finds the same.
ChaseLev::Ring& ChaseLev::grow(Ring& full, std::int64_t top,
                               std::int64_t bottom) {
  auto larger = std::make_unique<Ring>(full.items.size() * 2);
  for (std::int64_t i = top; i < bottom; ++i) {
    larger->at(i).store(full.at(i).load(std::memory_order_relaxed),
                        std::memory_order_relaxed);
  }
  rings_.push_back(std::move(larger));
  // release: a thief that sees the ring sees what was copied into it.
  ring_.store(rings_.back().get(), std::memory_order_release);
  return *rings_.back();
}

G* ChaseLev::pop() {
  const std::int64_t bottom = bottom_.load(std::memory_order_relaxed) - 1;
  // [MO:deque-dekker] seq_cst: thieves must see the claim before the owner
  // looks whether they were there.
  bottom_.store(bottom, std::memory_order_seq_cst);
  std::int64_t top = top_.load(std::memory_order_seq_cst);
  G* g = nullptr;
  if (top <= bottom) {
    // relaxed: the owner wrote both itself.
    g = ring_.load(std::memory_order_relaxed)
            ->at(bottom)
            .load(std::memory_order_relaxed);
    if (top < bottom) return g;
    // The last one: who moves top has it.
    // seq_cst: one of the four accesses of the pattern above.
    if (!top_.compare_exchange_strong(top, top + 1,
                                      std::memory_order_seq_cst,
                                      std::memory_order_relaxed)) {
      g = nullptr;
    }
  }
  // [MO:deque-bottom] release: a thief that reads this value must still see
  // what earlier pushes published.
  bottom_.store(bottom + 1, std::memory_order_release);
  return g;
}

Loot ChaseLev::steal() {
  // [MO:deque-dekker] seq_cst: first top, then bottom, in the one order
  // that the owner's write and look are in, too. [MO:deque-bottom] sees the
  // slot.
  std::int64_t top = top_.load(std::memory_order_seq_cst);
  const std::int64_t bottom = bottom_.load(std::memory_order_seq_cst);
  if (top >= bottom) return {};
  // acquire: a larger ring comes with its slots.
  Ring* ring = ring_.load(std::memory_order_acquire);
  // Read before it is owned: afterwards the owner may write over it.
  G* g = ring->at(top).load(std::memory_order_relaxed);
  // seq_cst: as in pop.
  if (!top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst,
                                    std::memory_order_relaxed)) {
    return {.g = nullptr, .lost = true};
  }
  return {.g = g, .lost = false};
}

std::size_t ChaseLev::size() const {
  // relaxed: a guess for everybody but an owner who is alone.
  const std::int64_t top = top_.load(std::memory_order_relaxed);
  const std::int64_t bottom = bottom_.load(std::memory_order_relaxed);
  return bottom > top ? static_cast<std::size_t>(bottom - top) : 0;
}

}  // namespace strata::lab
