/// @file
/// @brief Gives every conversation a thread, and finds out what that costs.
///
/// Story
///   A thread is the system's way to be in the middle of something. It
///   comes with megabytes of address space, and only the kernel can go from
///   one to another. The program takes one gibibyte for itself, so that it
///   ends soon and hurts nobody, and starts conversations until it is
///   refused one.
#include <pthread.h>
#include <semaphore.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

namespace {

constexpr rlim_t kAddressSpaceBytes = rlim_t{1} << 30;
constexpr int kTurns = 20'000;

sem_t g_everybody_home;

void* wait_for_a_reply(void*) {
  sem_wait(&g_everybody_home);
  return nullptr;
}

void send_home(const std::vector<pthread_t>& threads) {
  for (std::size_t i = 0; i < threads.size(); ++i)
    sem_post(&g_everybody_home);
  for (const pthread_t thread : threads) pthread_join(thread, nullptr);
}

// [doc:step-thread-each]
void start_until_refused() {
  std::vector<pthread_t> threads;
  int error = 0;
  while (error == 0) {
    pthread_t thread{};
    error = pthread_create(&thread, nullptr, &wait_for_a_reply, nullptr);
    if (error == 0) threads.push_back(thread);
  }
  std::printf("%zu conversations wait for a reply.\nNumber %zu: %s\n",
              threads.size(), threads.size() + 1, std::strerror(error));
  send_home(threads);
}
// [/doc:step-thread-each]

struct Pair {
  sem_t ann;
  sem_t bob;
};

void* answer(void* argument) {
  auto& pair = *static_cast<Pair*>(argument);
  for (int turn = 0; turn < kTurns; ++turn) {
    sem_wait(&pair.bob);
    sem_post(&pair.ann);
  }
  return nullptr;
}

// Two threads take turns; each turn is two hand-overs.
void time_a_hand_over() {
  Pair pair{};
  sem_init(&pair.ann, 0, 0);
  sem_init(&pair.bob, 0, 0);
  pthread_t thread{};
  if (pthread_create(&thread, nullptr, &answer, &pair) != 0) return;
  const auto start = std::chrono::steady_clock::now();
  for (int turn = 0; turn < kTurns; ++turn) {
    sem_post(&pair.bob);
    sem_wait(&pair.ann);
  }
  const std::chrono::duration<double, std::nano> spent =
      std::chrono::steady_clock::now() - start;
  pthread_join(thread, nullptr);
  std::printf("From Ann's thread to Bob's: %.0f ns.\n",
              spent.count() / (2.0 * kTurns));
}

}  // namespace

int main() {
  sem_init(&g_everybody_home, 0, 0);
  const rlimit limit{kAddressSpaceBytes, kAddressSpaceBytes};
  if (setrlimit(RLIMIT_AS, &limit) != 0) return 1;
  start_until_refused();
  time_a_hand_over();
}
