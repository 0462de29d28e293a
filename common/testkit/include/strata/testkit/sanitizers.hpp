/// @file
/// @brief Tells tests which sanitizer watches them.
///
/// Story
///   Sanitizers cost time and memory and map address space of their own. A
///   test that counts such things, or does something 100,000 times, asks
///   here.
#pragma once

namespace strata::testkit {

#if defined(__has_feature)
#define STRATA_TESTKIT_FEATURE(name) __has_feature(name)
#else
#define STRATA_TESTKIT_FEATURE(name) 0
#endif

/// True under ThreadSanitizer, with g++ or clang.
#if defined(__SANITIZE_THREAD__) || STRATA_TESTKIT_FEATURE(thread_sanitizer)
inline constexpr bool kThreadSanitizer = true;
#else
inline constexpr bool kThreadSanitizer = false;
#endif

/// True under AddressSanitizer, with g++ or clang.
#if defined(__SANITIZE_ADDRESS__) || \
    STRATA_TESTKIT_FEATURE(address_sanitizer)
inline constexpr bool kAddressSanitizer = true;
#else
inline constexpr bool kAddressSanitizer = false;
#endif

#undef STRATA_TESTKIT_FEATURE

/// True under any sanitizer.
inline constexpr bool kSanitized = kThreadSanitizer || kAddressSanitizer;

}  // namespace strata::testkit
