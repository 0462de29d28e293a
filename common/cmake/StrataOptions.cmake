# Options, and the usage requirements that every target of Strata carries.
#
# No flag is global: what a user of the library needs is on strata_usage,
# what only our own sources need is on strata_warnings.
include_guard(GLOBAL)
include(CheckCXXCompilerFlag)
include(GNUInstallDirs)

set(STRATA_CHAPTERS 2 CACHE STRING "Build chapters 1 to this number")
set(STRATA_SANITIZE "" CACHE STRING "Sanitizer: address, thread or empty")
set_property(CACHE STRATA_SANITIZE PROPERTY STRINGS "" address thread)
option(STRATA_CHECKED "Costly asserts, lock ranks, small capacities" OFF)
option(STRATA_WERROR "Warnings are errors (for CI, not for readers)" OFF)
option(STRATA_BUILD_TESTS "Build the tests (needs Catch2)" ON)
option(STRATA_DISCOVER_TESTS
  "Run test programs once linked, to name their tests to ctest" ON)
option(STRATA_BUILD_BENCH "Build the benchmarks" ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()
if(NOT STRATA_SANITIZE MATCHES "^(address|thread)?$")
  message(FATAL_ERROR "STRATA_SANITIZE is '${STRATA_SANITIZE}'; "
    "it must be address, thread or empty")
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_package(Threads REQUIRED)

# What code built on Strata needs: frame pointers and dynamic symbols for
# tracebacks, and frames that touch every page so that an overflow of a
# goroutine's stack meets its guard.
add_library(strata_usage INTERFACE)
add_library(strata::usage ALIAS strata_usage)
set_target_properties(strata_usage PROPERTIES EXPORT_NAME usage)
target_compile_features(strata_usage INTERFACE cxx_std_20)
target_compile_options(strata_usage INTERFACE -fno-omit-frame-pointer)
target_link_options(strata_usage INTERFACE -rdynamic)
target_link_libraries(strata_usage INTERFACE
  Threads::Threads ${CMAKE_DL_LIBS})
target_compile_definitions(strata_usage INTERFACE
  $<$<BOOL:${STRATA_CHECKED}>:STRATA_CHECKED=1>)
check_cxx_compiler_flag("-Werror -fstack-clash-protection"
  STRATA_HAVE_STACK_CLASH)
if(STRATA_HAVE_STACK_CLASH)
  target_compile_options(strata_usage INTERFACE
    -fstack-clash-protection)
endif()
if(STRATA_SANITIZE)
  target_compile_options(strata_usage INTERFACE
    -fsanitize=${STRATA_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(strata_usage INTERFACE
    -fsanitize=${STRATA_SANITIZE})
endif()

# What only Strata's own sources are held to.
add_library(strata_warnings INTERFACE)
target_compile_options(strata_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wconversion>
  $<$<BOOL:${STRATA_WERROR}>:-Werror>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:Clang>>:-Wthread-safety>)
# g++ 12 warns about its own std::string (its bugs 105329, 105651, 105762).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND
    CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(strata_warnings INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>)
endif()
