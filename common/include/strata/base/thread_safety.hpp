/// @file
/// @brief Names clang's thread-safety attributes; other compilers see
/// nothing.
///
/// Story
///   A lock that is only a convention is broken by the first hurried edit.
///   With these attributes `-Wthread-safety` turns "guarded by lock_" from
///   a comment into an error of the compiler.
#pragma once

/// Spells one attribute; the macros below are made of it.
#if defined(__clang__)
#define STRATA_ATTRIBUTE(x) __attribute__((x))
#else
#define STRATA_ATTRIBUTE(x)
#endif

/// Marks a class as a lock; @p name is the word diagnostics use for it.
#define STRATA_CAPABILITY(name) STRATA_ATTRIBUTE(capability(name))
/// Marks a class whose lifetime holds a lock.
#define STRATA_SCOPED_CAPABILITY STRATA_ATTRIBUTE(scoped_lockable)
/// Says which lock must be held to touch this field.
#define STRATA_GUARDED_BY(lock) STRATA_ATTRIBUTE(guarded_by(lock))
/// Says which lock must be held to touch what this pointer points to.
#define STRATA_PT_GUARDED_BY(lock) STRATA_ATTRIBUTE(pt_guarded_by(lock))
/// Says which locks the caller must hold.
#define STRATA_REQUIRES(...) \
  STRATA_ATTRIBUTE(requires_capability(__VA_ARGS__))
/// Says which locks the caller must not hold.
#define STRATA_EXCLUDES(...) STRATA_ATTRIBUTE(locks_excluded(__VA_ARGS__))
/// Says which locks the function takes (none named: the object itself).
#define STRATA_ACQUIRE(...) \
  STRATA_ATTRIBUTE(acquire_capability(__VA_ARGS__))
/// Says which locks the function gives back.
#define STRATA_RELEASE(...) \
  STRATA_ATTRIBUTE(release_capability(__VA_ARGS__))
/// Says that the function takes the lock when it returns @p value.
#define STRATA_TRY_ACQUIRE(...) \
  STRATA_ATTRIBUTE(try_acquire_capability(__VA_ARGS__))
/// Tells the analysis that the lock is held, where it cannot see why.
#define STRATA_ASSERT_CAPABILITY(lock) \
  STRATA_ATTRIBUTE(assert_capability(lock))
/// Names the lock that an accessor returns.
#define STRATA_RETURN_CAPABILITY(lock) STRATA_ATTRIBUTE(lock_returned(lock))
/// Turns the analysis off for one function; say why beside it.
#define STRATA_NO_THREAD_SAFETY_ANALYSIS \
  STRATA_ATTRIBUTE(no_thread_safety_analysis)
