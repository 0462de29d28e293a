/// @file
/// @brief Tests what `go` does with closures, stacks, numbers and names.
#include "strata/sched/go.hpp"

#include <array>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "state.hpp"
#include "strata/sched/schedule.hpp"
#include "strata/testkit/catch.hpp"
#include "support.hpp"

namespace strata::sched {
namespace {

using test::Pending;

// Counts how many of it exist, and how many ever did.
struct Counted {
  struct Counts {
    atomic<int> made{0};
    atomic<int> alive{0};
  };
  explicit Counted(Counts& all) : counts(&all) { count(); }
  Counted(const Counted& other) : counts(other.counts) { count(); }
  Counted(Counted&& other) noexcept : counts(other.counts) { count(); }
  Counted& operator=(const Counted&) = delete;
  ~Counted() { counts->alive.fetch_sub(1, std::memory_order_relaxed); }
  void count() const {
    counts->made.fetch_add(1, std::memory_order_relaxed);
    counts->alive.fetch_add(1, std::memory_order_relaxed);
  }
  Counts* counts;
};

struct ThrowsWhenCopied {
  explicit ThrowsWhenCopied(atomic<int>& starts) : started(&starts) {}
  ThrowsWhenCopied(const ThrowsWhenCopied&) {
    throw std::runtime_error("no copy today");
  }
  void operator()() const {
    started->fetch_add(1, std::memory_order_relaxed);
  }
  atomic<int>* started = nullptr;
};

struct alignas(256) OverAligned {
  Pending* pending;
  bool* aligned;
  void operator()() const {
    *aligned = reinterpret_cast<std::uintptr_t>(this) % 256 == 0;
    pending->done();
  }
};

// Uses so much stack that `bytes` lie between the first frame and the last.
[[gnu::noinline]] std::size_t use_stack(const void* first,
                                        std::size_t bytes) {
  const auto here =
      reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  const std::size_t used = reinterpret_cast<std::uintptr_t>(first) - here;
  if (used >= bytes) return used;
  const std::size_t deepest = use_stack(first, bytes);
  __asm__ volatile("" ::: "memory");  // no tail call
  return deepest;
}

}  // namespace

TEST_CASE("go: a closure is destroyed exactly once") {
  Counted::Counts counts;
  run({}, [&] {
    constexpr int kCount = 100;
    Pending pending(kCount);
    for (int i = 0; i < kCount; ++i) {
      go([&pending, counted = Counted(counts)] { pending.done(); });
    }
    pending.wait();
    while (num_goroutine() > 1) yield();
  });
  CHECK(counts.made.load(std::memory_order_relaxed) >= 100);
  CHECK(counts.alive.load(std::memory_order_relaxed) == 0);
}

TEST_CASE("go: a closure may own what cannot be copied") {
  int seen = 0;
  run({}, [&] {
    Pending pending(1);
    go([&, owned = std::make_unique<int>(42)] {
      seen = *owned;
      pending.done();
    });
    pending.wait();
  });
  CHECK(seen == 42);
}

TEST_CASE("go: a closure of the largest size arrives whole") {
  bool whole = false;
  run({}, [&] {
    Pending pending(1);
    std::array<unsigned char, kMaxClosureBytes - 3 * sizeof(void*)> data;
    for (std::size_t i = 0; i < data.size(); ++i) {
      data[i] = static_cast<unsigned char>(i * 7);
    }
    go([&whole, &pending, data] {
      whole = true;
      for (std::size_t i = 0; i < data.size(); ++i) {
        whole = whole && data[i] == static_cast<unsigned char>(i * 7);
      }
      pending.done();
    });
    pending.wait();
  });
  CHECK(whole);
}

TEST_CASE("go: a closure whose copy throws leaves nothing behind") {
  atomic<int> started{0};
  int caught = 0;
  std::int64_t alive = 0;
  std::uint32_t records_before = 0;
  std::uint32_t records_after = 0;
  run({}, [&] {
    const ThrowsWhenCopied body(started);
    go([] {});
    records_before = state.goroutines->size();
    for (int i = 0; i < 5000; ++i) {
      try {
        go(body);
      } catch (const std::runtime_error&) {
        ++caught;
      }
    }
    while (num_goroutine() > 1) yield();
    alive = num_goroutine();
    records_after = state.goroutines->size();
  });
  CHECK(caught == 5000);
  CHECK(alive == 1);
  CHECK(started.load(std::memory_order_relaxed) == 0);
  CHECK(records_after == records_before);
}

TEST_CASE("go: an over-aligned closure lies as it must") {
  bool aligned = false;
  run({}, [&] {
    Pending pending(1);
    go(OverAligned{&pending, &aligned});
    pending.wait();
  });
  CHECK(aligned);
}

TEST_CASE("go: a refused stack size is named and nothing is started") {
  for (const std::size_t bytes :
       {std::size_t{0}, context::kMaxStackBytes + 1, SIZE_MAX}) {
    std::string text;
    std::int64_t alive = 0;
    bool ran = false;
    run({}, [&] {
      try {
        go({.stack_bytes = bytes}, [&ran] { ran = true; });
      } catch (const std::invalid_argument& error) {
        text = error.what();
      }
      alive = num_goroutine();
      yield();
    });
    INFO(text);
    CHECK(text.find(std::to_string(bytes)) != std::string::npos);
    CHECK(text.find(std::to_string(context::kMaxStackBytes)) !=
          std::string::npos);
    CHECK(alive == 1);
    CHECK_FALSE(ran);
  }
}

TEST_CASE("go: a stack of 1 MiB carries 900 KiB of frames") {
  std::size_t used = 0;
  run({}, [&] {
    Pending pending(1);
    go({.stack_bytes = 1024 * 1024}, [&] {
      used = use_stack(__builtin_frame_address(0), 900 * 1024);
      pending.done();
    });
    pending.wait();
  });
  CHECK(used >= 900 * 1024);
}

TEST_CASE("go: the largest and the smallest stack work") {
  int ran = 0;
  Pending pending(2);  // outlives main: the first one looks at it last
  run({}, [&] {
    go({.stack_bytes = context::kMaxStackBytes}, [&] {
      ++ran;
      pending.done();
      while (pending.left() > 0) yield();
    });
    while (pending.left() > 1) yield();
    go({.stack_bytes = 1}, [&] {
      ++ran;
      pending.done();
    });
    pending.wait();
  });
  CHECK(ran == 2);
}

TEST_CASE("go: main is goroutine 1 and children know their parent") {
  std::uint64_t main_id = 0;
  std::uint64_t child_id = 0;
  std::uint64_t child_parent = 0;
  std::uint64_t grandchild_parent = 0;
  run({}, [&] {
    main_id = current_g()->id;
    Pending pending(2);
    go([&] {
      child_id = current_g()->id;
      child_parent = current_g()->parent_id;
      go([&] {
        grandchild_parent = current_g()->parent_id;
        pending.done();
      });
      pending.done();
    });
    pending.wait();
  });
  CHECK(main_id == 1);
  CHECK(child_id > 1);
  CHECK(child_parent == 1);
  CHECK(grandchild_parent == child_id);
}

TEST_CASE("go: records are used again, numbers never (I-02.6)") {
  constexpr int kCount = 10'000;
  std::vector<std::uint64_t> ids(kCount);
  std::set<const G*> records;
  std::uint32_t table = 0;
  test::run_on(1, [&] {
    for (int i = 0; i < kCount; ++i) {
      Pending pending(1);
      go([&, i] {
        ids[static_cast<std::size_t>(i)] = current_g()->id;
        records.insert(current_g());
        pending.done();
      });
      pending.wait();
    }
    table = state.goroutines->size();
  });
  CHECK(std::set<std::uint64_t>(ids.begin(), ids.end()).size() == kCount);
  CHECK(records.size() < 100);
  CHECK(table <= 1024);
}

TEST_CASE("go: numbers are unique when all Ps hand them out") {
  constexpr int kParents = 50;
  constexpr int kChildren = 40;
  std::vector<std::uint64_t> ids(kParents * kChildren);
  test::run_on(4, [&] {
    Pending pending(kParents * kChildren);
    for (int parent = 0; parent < kParents; ++parent) {
      go([&, parent] {
        for (int child = 0; child < kChildren; ++child) {
          const int slot = parent * kChildren + child;
          go([&, slot] {
            ids[static_cast<std::size_t>(slot)] = current_g()->id;
            pending.done();
          });
          yield();
        }
      });
    }
    pending.wait();
  });
  CHECK(std::set<std::uint64_t>(ids.begin(), ids.end()).size() ==
        ids.size());
}

TEST_CASE("go: a name is kept up to 23 bytes and gone with its goroutine") {
  std::string given;
  std::string changed;
  std::string cut;
  std::string later = "?";
  test::run_on(1, [&] {
    Pending first(1);
    go({.name = "reader"}, [&] {
      given = current_g()->name;
      set_goroutine_name("writer");
      changed = current_g()->name;
      set_goroutine_name("a name that is far too long for a record");
      cut = current_g()->name;
      first.done();
    });
    first.wait();
    Pending second(1);
    go([&] {  // on 1 P it gets the record that was just given back
      later = current_g()->name;
      second.done();
    });
    second.wait();
  });
  CHECK(given == "reader");
  CHECK(changed == "writer");
  CHECK(cut == "a name that is far too ");
  CHECK(later.empty());
}

TEST_CASE("go: very many goroutines live at once and all end") {
  atomic<int> alive{0};
  int most = 0;
  std::int64_t counted = 0;
  run({}, [&] {
    Pending pending(test::kManyGoroutines);
    atomic<bool> let_go{false};
    for (int i = 0; i < test::kManyGoroutines; ++i) {
      go([&] {
        alive.fetch_add(1, std::memory_order_relaxed);
        while (!let_go.load(std::memory_order_relaxed)) yield();
        pending.done();
      });
    }
    while (alive.load(std::memory_order_relaxed) < test::kManyGoroutines) {
      yield();
    }
    most = alive.load(std::memory_order_relaxed);
    counted = num_goroutine();
    let_go.store(true, std::memory_order_relaxed);
    pending.wait();
  });
  CHECK(most == test::kManyGoroutines);
  CHECK(counted == test::kManyGoroutines + 1);
}

TEST_CASE("go: an empty std::function ends the process as in Go") {
  const auto ended = test::run_crash("misuse", {"nil_function"});
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(
      ended.err.starts_with("fatal error: go of nil func value\n\n"
                            "goroutine 1 [running] {name: main}:\n"));
}

TEST_CASE("go: a null function pointer ends the process as in Go") {
  const auto ended = test::run_crash("misuse", {"nil_pointer"});
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(ended.err.starts_with("fatal error: go of nil func value\n"));
}

TEST_CASE("go: outside of run ends the process and says so") {
  const auto ended = test::run_crash("misuse", {"go_outside"});
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(ended.err.starts_with(
      "fatal error: strata::go called outside of strata::run\n"));
}

TEST_CASE("go: an exception that leaves a goroutine ends the process") {
  const auto ended = test::run_crash("panic");
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(
      ended.err.starts_with("panic: std::runtime_error: out of cheese\n\n"
                            "goroutine 2 [running] {name: mouse}:\n"));
  CHECK(ended.err.find("look_for_cheese(int)") != std::string::npos);
}

TEST_CASE("go: a full stack ends the process and names the goroutine") {
  const auto ended = test::run_crash("overflow");
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(ended.err.starts_with(
      "runtime: goroutine stack exceeds 131072-byte limit\n"
      "runtime: sp=0x"));
  CHECK(ended.err.find("\nfatal error: stack overflow\n\n"
                       "goroutine 2 [running] {name: digger}:\n") !=
        std::string::npos);
  CHECK(ended.err.find("dig(int)") != std::string::npos);
}

TEST_CASE("go: no memory for stacks ends the process with the reason") {
  if (test::kAddressSanitizer || test::kThreadSanitizer) return;
  const auto ended = test::run_crash("out_of_memory");
  INFO(ended.err);
  CHECK(ended.exit_code == 2);
  CHECK(ended.err.starts_with("runtime: no stack for another goroutine: "));
  CHECK(ended.err.find("\nfatal error: out of memory\n") !=
        std::string::npos);
}

}  // namespace strata::sched
