/// @file
/// @brief Tests the list of thread-local variables and the Word
/// conversions.

#include "strata/base/explore_hooks.hpp"

#include "strata/testkit/catch.hpp"

namespace strata::exploring {

TEST_CASE("explore_hooks: registering twice is registering once") {
  static thread_local int t_value = 3;
  register_thread_local(&t_value, sizeof(t_value));
  const std::size_t count = thread_locals().count;
  register_thread_local(&t_value, sizeof(t_value));
  CHECK(thread_locals().count == count);
}

TEST_CASE("explore_hooks: values survive the way through a Word") {
  int object = 0;
  CHECK(from_word<int>(to_word(-5)) == -5);
  CHECK(from_word<int*>(to_word(&object)) == &object);
  CHECK(from_word<bool>(to_word(true)));
  CHECK(to_word(std::uint8_t{200}) == 200);
}

TEST_CASE("explore_hooks: there is no controller outside an exploration") {
  CHECK(current_controller() == nullptr);
}

}  // namespace strata::exploring
