/// @file
/// @brief One thread holds two conversations, by remembering where it was.
///
/// Story
///   Without a second stack, whoever wants to stop in the middle has to
///   carry the middle around: every local variable becomes a member, every
///   loop is turned inside out, and the place to go on is a number in a
///   switch.
#include <cstdio>

namespace {

// [doc:step-hand-made]
// A greeting, a count to three, a goodbye; one line per call.
class Conversation {
 public:
  explicit Conversation(const char* name) : name_(name) {}

  // Says the next line. Returns false when everything is said.
  bool go_on() {
    switch (place_) {
      case 0:
        std::printf("%s: hello\n", name_);
        place_ = 1;
        return true;
      case 1:
        std::printf("%s: %d\n", name_, count_);
        if (++count_ > 3) place_ = 2;
        return true;
      case 2:
        std::printf("%s: goodbye\n", name_);
        place_ = 3;
        return true;
      default:
        return false;
    }
  }

 private:
  const char* name_;
  int place_ = 0;  // what a program counter would know
  int count_ = 1;  // what a stack would know
};
// [/doc:step-hand-made]

}  // namespace

int main() {
  Conversation ann("Ann");
  Conversation bob("          Bob");
  for (bool more = true; more;) {
    more = ann.go_on();
    more = bob.go_on() || more;
  }
  std::printf(
      "\nOne thread, two conversations, no stack of their own:\n"
      "each had to be written as a machine with numbered states.\n");
}
