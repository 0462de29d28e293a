/// @file
/// @brief Uses each member of an atomic once; compiled with two atomics.
///
/// Story
///   std.cpp and strata.cpp define `Atomic` and `fence` and include this
///   file. tools/same_code.py compiles both and compares the machine code
///   function by function. So a normal build adds no instruction (I-00.1).
#pragma once

#include <atomic>
#include <cstdint>

template <class T>
struct Cases {
  using Word = Atomic<T>;

  static T load_relaxed(const Word& word) {
    return word.load(std::memory_order_relaxed);
  }
  static T load_acquire(const Word& word) {
    return word.load(std::memory_order_acquire);
  }
  static void store_release(Word& word, T value) {
    word.store(value, std::memory_order_release);
  }
  static void store_seq_cst(Word& word, T value) {
    // seq_cst because it is compiled to other code than the rest.
    word.store(value, std::memory_order_seq_cst);
  }
  static T exchange(Word& word, T value) {
    return word.exchange(value, std::memory_order_acq_rel);
  }
  static bool compare_exchange(Word& word, T& expected, T desired) {
    return word.compare_exchange_strong(expected, desired,
                                        std::memory_order_acq_rel,
                                        std::memory_order_acquire);
  }
  static void exchange_in_loop(Word& word, T desired) {
    T seen = word.load(std::memory_order_relaxed);
    while (!word.compare_exchange_weak(seen, desired,
                                       std::memory_order_release,
                                       std::memory_order_relaxed)) {
    }
  }
};

template <class T>
struct ArithmeticCases {
  using Word = Atomic<T>;

  static T fetch_add(Word& word, T value) {
    return word.fetch_add(value, std::memory_order_acq_rel);
  }
  static T fetch_sub(Word& word, T value) {
    return word.fetch_sub(value, std::memory_order_release);
  }
  static T fetch_and(Word& word, T value) {
    return word.fetch_and(value, std::memory_order_acquire);
  }
  static T fetch_or(Word& word, T value) {
    return word.fetch_or(value, std::memory_order_relaxed);
  }
  static void count(Word& word) {
    word.fetch_add(1, std::memory_order_relaxed);
  }
};

template struct Cases<bool>;
template struct Cases<void*>;
template struct Cases<std::uint32_t>;
template struct Cases<std::int64_t>;
template struct ArithmeticCases<std::uint32_t>;
template struct ArithmeticCases<std::int64_t>;

bool publish_then_look(Atomic<int>& mine, Atomic<int>& other);

bool publish_then_look(Atomic<int>& mine, Atomic<int>& other) {
  mine.store(1, std::memory_order_relaxed);
  // seq_cst: the store lands before the load.
  fence(std::memory_order_seq_cst);
  return other.load(std::memory_order_relaxed) != 0;
}
