/// @file
/// @brief Tests the list whose links live in its elements.
#include "strata/base/intrusive_list.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <vector>

#include "strata/base/rng.hpp"
#include "strata/testkit/catch.hpp"
#include "strata/testkit/program.hpp"

namespace strata {
namespace {

struct Item : ListNode {
  int number = 0;
};

std::vector<int> numbers(IntrusiveList<Item>& list) {
  std::vector<int> all;
  list.for_each([&all](Item& item) { all.push_back(item.number); });
  return all;
}

void clear(IntrusiveList<Item>& list) {
  while (list.pop_front() != nullptr) {
  }
}

struct Items {
  Items() {
    for (int i = 0; i < 5; ++i) {
      items[static_cast<std::size_t>(i)].number = i;
    }
  }
  Item& operator[](std::size_t i) { return items[i]; }
  std::array<Item, 5> items;
};

}  // namespace

TEST_CASE("intrusive_list: a new list is empty") {
  IntrusiveList<Item> list;
  CHECK(list.empty());
  CHECK(list.size() == 0);
  CHECK(list.front() == nullptr);
  CHECK(list.pop_front() == nullptr);
}

TEST_CASE("intrusive_list: elements are linked at either end") {
  Items items;
  IntrusiveList<Item> list;
  list.push_back(items[1]);
  list.push_back(items[2]);
  list.push_front(items[0]);
  CHECK(numbers(list) == std::vector<int>{0, 1, 2});
  CHECK(list.size() == 3);
  CHECK(list.front() == &items[0]);
  clear(list);
}

TEST_CASE("intrusive_list: an element knows whether it is linked") {
  Items items;
  IntrusiveList<Item> list;
  CHECK_FALSE(items[0].linked());
  list.push_back(items[0]);
  CHECK(items[0].linked());
  CHECK(list.pop_front() == &items[0]);
  CHECK_FALSE(items[0].linked());
}

TEST_CASE("intrusive_list: first, middle and last can be removed") {
  for (std::size_t gone = 0; gone < 3; ++gone) {
    Items items;
    IntrusiveList<Item> list;
    for (std::size_t i = 0; i < 3; ++i) list.push_back(items[i]);
    list.remove(items[gone]);
    CHECK_FALSE(items[gone].linked());
    std::vector<int> left = {0, 1, 2};
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(gone));
    CHECK(numbers(list) == left);
    clear(list);
  }
}

TEST_CASE("intrusive_list: an element may move to another list") {
  Items items;
  IntrusiveList<Item> one;
  IntrusiveList<Item> two;
  one.push_back(items[0]);
  two.push_back(*one.pop_front());
  CHECK(one.empty());
  CHECK(numbers(two) == std::vector<int>{0});
  clear(two);
}

TEST_CASE("intrusive_list: a visit may remove the element it was given") {
  Items items;
  IntrusiveList<Item> list;
  for (std::size_t i = 0; i < 5; ++i) list.push_back(items[i]);
  list.for_each([&list](Item& item) {
    if (item.number % 2 == 0) list.remove(item);
  });
  CHECK(numbers(list) == std::vector<int>{1, 3});
  clear(list);
}

TEST_CASE("intrusive_list: random operations do what a deque does") {
  Rng rng(3);
  std::vector<Item> items(50);
  for (std::size_t i = 0; i < 50; ++i)
    items[i].number = static_cast<int>(i);
  IntrusiveList<Item> list;
  std::deque<int> model;
  for (int step = 0; step < 20'000; ++step) {
    Item& item = items[rng.below(50)];
    if (item.linked()) {
      model.erase(std::ranges::find(model, item.number));
      list.remove(item);
    } else if (rng.below(2) == 0) {
      model.push_back(item.number);
      list.push_back(item);
    } else {
      model.push_front(item.number);
      list.push_front(item);
    }
    REQUIRE(list.size() == model.size());
    REQUIRE(list.empty() == model.empty());
    if (step % 100 == 0) {
      REQUIRE(numbers(list) ==
              std::vector<int>(model.begin(), model.end()));
    }
  }
  clear(list);
}

TEST_CASE("intrusive_list: checked builds stop an element in two lists") {
  if (!kChecked) return;
  const auto ended = testkit::run_program(
      std::string(STRATA_CRASH_DIR) + "/common_crash_fatal", {"two_lists"});
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(ended.err.find("an element is in at most one list") !=
        std::string::npos);
}

}  // namespace strata
