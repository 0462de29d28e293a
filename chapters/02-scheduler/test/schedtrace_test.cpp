/// @file
/// @brief Tests the SCHED lines against the form that Go 1.27 prints.
#include <regex.h>

#include <sstream>
#include <string>
#include <vector>

#include "strata/testkit/catch.hpp"
#include "support.hpp"

namespace {

// An extended regular expression for whole lines. From the C library: what
// std::regex is made of gives false warnings in sanitizer builds.
class Form {
 public:
  explicit Form(const std::string& text) {
    const std::string whole = std::string("^").append(text).append("$");
    REQUIRE(regcomp(&regex_, whole.c_str(), REG_EXTENDED | REG_NOSUB) == 0);
  }
  ~Form() { regfree(&regex_); }
  Form(const Form&) = delete;
  Form& operator=(const Form&) = delete;

  [[nodiscard]] bool fits(const std::string& line) const {
    return regexec(&regex_, line.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t regex_;
};

std::vector<std::string> trace_lines(const std::string& debug) {
  const auto ended = strata::sched::test::run_crash(
      "busy", {}, {"GOMAXPROCS=2", std::string("GODEBUG=").append(debug)});
  REQUIRE(ended.exit_code == 0);
  std::vector<std::string> lines;
  std::istringstream text(ended.err);
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

const std::string kSummary =
    "SCHED [0-9]+ms: gomaxprocs=2 idleprocs=[0-2] threads=[0-9]+ "
    "spinningthreads=[0-9]+ needspinning=[01] idlethreads=[0-9]+ "
    "runqueue=[0-9]+";

}  // namespace

TEST_CASE("schedtrace: each line has the form of Go 1.27") {
  const std::vector<std::string> lines = trace_lines("schedtrace=10");
  const Form form(kSummary +
                  " \\[( [0-9]+){2} \\] schedticks=\\[( [0-9]+){2} \\]");
  CHECK(lines.size() >= 2);
  for (const std::string& line : lines) {
    INFO(line);
    CHECK(form.fits(line));
  }
}

TEST_CASE("schedtrace: time goes on from line to line") {
  long last = -1;
  for (const std::string& line : trace_lines("schedtrace=10")) {
    const long ms = std::stol(line.substr(sizeof("SCHED ") - 1));
    CHECK(ms >= last);
    last = ms;
  }
  CHECK(last >= 10);
}

TEST_CASE("schedtrace: scheddetail adds a line for each P, M and G") {
  const std::vector<std::string> lines =
      trace_lines("schedtrace=10,scheddetail=1");
  const Form summary(kSummary +
                     " gcwaiting=(true|false) nmidlelocked=[0-9]+ "
                     "stopwait=[0-9]+ sysmonwait=(true|false)");
  const Form p(
      "  P[0-9]+: status=[0-4] schedtick=[0-9]+ syscalltick=[0-9]+ "
      "m=([0-9]+|nil) runqsize=[0-9]+ gfreecnt=[0-9]+ timerslen=[0-9]+");
  const Form m(
      "  M[0-9]+: p=([0-9]+|nil) curg=([0-9]+|nil) mallocing=[0-9]+ "
      "throwing=[0-9]+ preemptoff=[^ ]* locks=[0-9]+ dying=[0-9]+ "
      "spinning=(true|false) blocked=(true|false) lockedg=([0-9]+|nil)");
  const Form g(
      "  G[0-9]+: status=[0-9]+\\([^)]*\\) m=([0-9]+|nil) "
      "lockedm=([0-9]+|nil)");
  int summaries = 0;
  int ps = 0;
  int ms = 0;
  int gs = 0;
  for (const std::string& line : lines) {
    INFO(line);
    const bool is_summary = summary.fits(line);
    const bool is_p = p.fits(line);
    const bool is_m = m.fits(line);
    const bool is_g = g.fits(line);
    CHECK((is_summary || is_p || is_m || is_g));
    summaries += is_summary ? 1 : 0;
    ps += is_p ? 1 : 0;
    ms += is_m ? 1 : 0;
    gs += is_g ? 1 : 0;
  }
  CHECK(summaries >= 2);
  CHECK(ps == 2 * summaries);
  CHECK(ms >= summaries);
  CHECK(gs >= 5);  // main and its four
}
