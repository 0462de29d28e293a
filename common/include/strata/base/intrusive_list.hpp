/// @file
/// @brief A doubly linked list whose links live inside its elements.
///
/// Story
///   A runtime links objects it must not allocate for: machines, waiters,
///   cached stacks. The element carries the links, so insertion and removal
///   never fail and never allocate. Run queues are *not* such lists:
///   following links through cold goroutines costs ten times a ring (see
///   chapter 2).
///
/// Invariants
///   An element is in at most one list; a detached element's links are
///   null. The list never owns its elements.
#pragma once

#include <cstddef>

#include "strata/base/assert.hpp"

namespace strata {

/// The links of an element; derive from it, or hold it as a base.
class ListNode {
 public:
  ListNode() = default;
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;

  /// Tells whether the element is in a list now. @return true when linked.
  [[nodiscard]] bool linked() const noexcept { return next_ != nullptr; }

 private:
  template <class T>
  friend class IntrusiveList;
  // guarded by whatever guards the list
  ListNode* prev_ = nullptr;
  ListNode* next_ = nullptr;
};

/// A list of elements that derive from ListNode.
/// @tparam T derives from ListNode; borrowed, never owned.
template <class T>
class IntrusiveList {
 public:
  /// Makes an empty list.
  IntrusiveList() { head_.prev_ = head_.next_ = &head_; }
  /// Checks that the list is empty.
  ~IntrusiveList() {
    STRATA_DCHECK(empty(), "a list is empty when it dies");
  }
  IntrusiveList(const IntrusiveList&) = delete;
  IntrusiveList& operator=(const IntrusiveList&) = delete;

  /// Tells whether the list has no element. @return true when empty.
  [[nodiscard]] bool empty() const noexcept {
    return head_.next_ == &head_;
  }
  /// Counts the elements. @return how many elements are linked.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Looks at the first element. @return borrowed, or null when empty.
  [[nodiscard]] T* front() noexcept {
    return empty() ? nullptr : of(head_.next_);
  }

  /// Links an element at the end. @param element borrowed.
  /// @pre It is in no list.
  void push_back(T& element) noexcept { link_before(element, head_); }
  /// Links an element at the front. @param element borrowed.
  /// @pre It is in no list.
  void push_front(T& element) noexcept {
    link_before(element, *head_.next_);
  }

  /// Unlinks the first element. @return borrowed, or null when empty.
  T* pop_front() noexcept {
    T* first = front();
    if (first != nullptr) remove(*first);
    return first;
  }

  /// Unlinks an element. @param element no longer borrowed.
  /// @pre It is in this list.
  void remove(T& element) noexcept {
    ListNode& node = element;
    STRATA_DCHECK(node.linked(), "only a linked element can be removed");
    node.prev_->next_ = node.next_;
    node.next_->prev_ = node.prev_;
    node.prev_ = node.next_ = nullptr;
    --size_;
  }

  /// Visits every element in order. @param visit called with `T&`; it may
  /// remove the element it was given and no other.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (ListNode* node = head_.next_; node != &head_;) {
      ListNode* next = node->next_;
      visit(*of(node));
      node = next;
    }
  }

 private:
  static T* of(ListNode* node) noexcept { return static_cast<T*>(node); }

  void link_before(ListNode& node, ListNode& next) noexcept {
    STRATA_DCHECK(!node.linked(), "an element is in at most one list");
    node.prev_ = next.prev_;
    node.next_ = &next;
    next.prev_->next_ = &node;
    next.prev_ = &node;
    ++size_;
  }

  ListNode head_;
  std::size_t size_ = 0;
};

}  // namespace strata
