# strata_chapter() and the helpers it shares with common.
#
#   strata_chapter(NUMBER 2 NAME sched DEPENDS common context
#                  [LINK Boost::context] [SLOTS run_queue steal])
#
# makes, from the folders of the calling CMakeLists.txt,
#
#   include/**            header set of strata_sched, an include root of its own
#   src/**.cpp, **.S      strata_sched (alias strata::sched), static
#                         strata_sched_explore, the same under STRATA_EXPLORE=1
#   test/*_test.cpp       sched_tests           label ch02.unit
#   test/explore/*_test.cpp  sched_explore_tests   label ch02.explore
#   test/stress/*_test.cpp   sched_stress          label ch02.stress
#   test/crash/X.cpp      sched_crash_X         run by the tests
#   bench/X.cpp           sched_bench_X
#   examples/X.cpp        sched_example_X
#   steps/X.cpp           sched_step_X
#   figures/X.cpp         sched_figure_X        prints the data of a figure
#   figures/explore/X.cpp sched_figure_X        the same, under the explorer
#   tour/X.cpp            sched_tour_X          built by target `tour`
#
# Dropping a file into the right folder is enough. DEPENDS may name common and
# chapters with a lower number, nothing else: layering is law. LINK names what
# comes from outside and stays private to the chapter. SLOTS are the sources
# that a reader may replace, see StrataSlots.cmake.
include_guard(GLOBAL)
include("${CMAKE_CURRENT_LIST_DIR}/StrataSlots.cmake")

if(STRATA_BUILD_TESTS)
  find_package(Catch2 REQUIRED)
  include("${Catch2_DIR}/Catch.cmake")
endif()
add_custom_target(tour COMMENT "The tour programs are built")
add_custom_target(chapter_tests COMMENT "The chapters' tests are built")

# Reads the files below a folder that match the patterns into `out`.
function(strata_glob out folder)
  set(found)
  foreach(pattern IN LISTS ARGN)
    file(GLOB one CONFIGURE_DEPENDS "${folder}/${pattern}")
    list(APPEND found ${one})
  endforeach()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

# Reads the sources of a library: all C++ below src/, and the assembly of the
# processor this build is for (src/arch/<processor>/*.S).
function(strata_library_sources out folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${folder}/src/*.cpp")
  strata_glob(assembly "${folder}/src/arch/${CMAKE_SYSTEM_PROCESSOR}" "*.S")
  set(${out} "${sources};${assembly}" PARENT_SCOPE)
endfunction()

# Gives `target` the headers below `root` as its one include root.
# A header set makes each of them provably self-contained; CMake 3.22 has none.
function(strata_headers target root)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS "${root}/*.hpp")
  if(CMAKE_VERSION VERSION_LESS 3.23 OR NOT headers)
    target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${root}>)
    return()
  endif()
  target_sources(${target} PUBLIC
    FILE_SET HEADERS BASE_DIRS "${root}" FILES ${headers})
  set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()

# Adds a static library; one without sources gets an empty one.
function(strata_static_library target)
  add_library(${target} STATIC ${ARGN})
  target_link_libraries(${target} PUBLIC strata_usage
    PRIVATE $<BUILD_INTERFACE:strata_warnings>)
  string(STRIP "${ARGN}" sources)
  if(sources MATCHES "^;*$")
    file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/${target}_empty.cpp" "")
    target_sources(${target} PRIVATE
      "${CMAKE_CURRENT_BINARY_DIR}/${target}_empty.cpp")
  endif()
endfunction()

# Adds a program with our warnings and the libraries it is given.
function(strata_program target source)
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE ${ARGN} strata_usage strata_warnings)
endfunction()

# Adds one Catch2 program out of `SOURCES` and hands its cases to ctest.
function(strata_test_program target)
  cmake_parse_arguments(PARSE_ARGV 1 A "" "LABEL;TIMEOUT;CRASH_DIR"
    "SOURCES;LIBS")
  if(NOT A_SOURCES)
    return()
  endif()
  strata_program(${target} "${A_SOURCES}" ${A_LIBS} strata_catch_main)
  target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/src")
  target_compile_definitions(${target} PRIVATE
    STRATA_CRASH_DIR="${A_CRASH_DIR}")
  # Reading Catch2 takes longer than reading a test. Precompiling it pays from
  # about the fifth file on.
  list(LENGTH A_SOURCES files)
  if(files GREATER_EQUAL 5)
    target_precompile_headers(${target} PRIVATE <strata/testkit/catch.hpp>)
  endif()
  if(A_LABEL MATCHES "^ch[0-9]+\\.(unit|explore)$")
    add_dependencies(chapter_tests ${target})
  endif()
  if(STRATA_DISCOVER_TESTS)
    catch_discover_tests(${target}
      TEST_PREFIX "${A_LABEL}/"
      PROPERTIES LABELS ${A_LABEL} TIMEOUT ${A_TIMEOUT})
  endif()
endfunction()

# Adds unit, exploration, stress and crash programs from `folder`/test.
#   strata_tests(<name> LABEL ch02 FOLDERS <dir>... LIBS ... EXPLORE_LIBS ...)
function(strata_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 A "" "LABEL"
    "FOLDERS;LIBS;EXPLORE_LIBS")
  set(crash_dir "${CMAKE_CURRENT_BINARY_DIR}/crash")
  set(common LIBS ${A_LIBS} CRASH_DIR "${crash_dir}")
  foreach(kind IN ITEMS unit explore stress crash)
    set(${kind})
  endforeach()
  foreach(folder IN LISTS A_FOLDERS)
    strata_glob(more "${folder}" "*_test.cpp")
    list(APPEND unit ${more})
    strata_glob(more "${folder}/explore" "*_test.cpp")
    list(APPEND explore ${more})
    strata_glob(more "${folder}/stress" "*_test.cpp")
    list(APPEND stress ${more})
    strata_glob(more "${folder}/crash" "*.cpp")
    list(APPEND crash ${more})
  endforeach()
  strata_test_program(${name}_tests LABEL ${A_LABEL}.unit TIMEOUT 60
    SOURCES ${unit} ${common})
  strata_test_program(${name}_stress LABEL ${A_LABEL}.stress TIMEOUT 300
    SOURCES ${stress} ${common})
  # An exploration is one OS thread and its own model of memory:
  # ThreadSanitizer has nothing to see there, and does not know fences.
  if(STRATA_SANITIZE STREQUAL "thread")
    set(explore)
  endif()
  strata_test_program(${name}_explore_tests LABEL ${A_LABEL}.explore
    TIMEOUT 120 SOURCES ${explore} LIBS ${A_EXPLORE_LIBS}
    CRASH_DIR "${crash_dir}")
  foreach(source IN LISTS crash)
    get_filename_component(stem "${source}" NAME_WE)
    strata_program(${name}_crash_${stem} "${source}" ${A_LIBS})
    set_target_properties(${name}_crash_${stem} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY "${crash_dir}")
    foreach(runner IN ITEMS ${name}_tests ${name}_stress)
      if(TARGET ${runner})
        add_dependencies(${runner} ${name}_crash_${stem})
      endif()
    endforeach()
  endforeach()
endfunction()

# Adds one program per file of `folder`: <name>_<kind>_<stem>.
function(strata_programs name kind folder)
  strata_glob(sources "${CMAKE_CURRENT_SOURCE_DIR}/${folder}" "*.cpp")
  foreach(source IN LISTS sources)
    get_filename_component(stem "${source}" NAME_WE)
    strata_program(${name}_${kind}_${stem} "${source}" ${ARGN})
    if(kind STREQUAL "tour")
      add_dependencies(tour ${name}_${kind}_${stem})
      get_property(number GLOBAL PROPERTY STRATA_CHAPTER_${name})
      set_property(GLOBAL APPEND PROPERTY STRATA_TOUR
        "${number} $<TARGET_FILE:${name}_${kind}_${stem}>")
    endif()
  endforeach()
endfunction()

# Stops the configuration unless `dependency` lies below chapter `number`.
function(strata_require_lower number name dependency)
  if(dependency STREQUAL "common")
    return()
  endif()
  get_property(other GLOBAL PROPERTY STRATA_CHAPTER_${dependency})
  if(NOT other)
    message(FATAL_ERROR "strata layering: chapter ${number} (${name}) depends "
      "on '${dependency}', which is neither common nor a chapter below it")
  elseif(NOT other LESS number)
    message(FATAL_ERROR "strata layering: chapter ${number} (${name}) depends "
      "on chapter ${other} (${dependency}); only lower chapters are allowed")
  endif()
endfunction()

# Makes everything a chapter holds; the head of this file says what.
function(strata_chapter)
  cmake_parse_arguments(PARSE_ARGV 0 A "" "NUMBER;NAME"
    "DEPENDS;LINK;SLOTS")
  if(NOT A_NUMBER OR NOT A_NAME OR A_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "strata_chapter: needs NUMBER n NAME x "
      "[DEPENDS lower...] [LINK target...] [SLOTS stem...]; got '${ARGN}'")
  endif()
  set(lower)
  set(lower_explore)
  foreach(dependency IN LISTS A_DEPENDS)
    strata_require_lower(${A_NUMBER} ${A_NAME} ${dependency})
    list(APPEND lower strata_${dependency})
    list(APPEND lower_explore strata_${dependency}_explore)
  endforeach()
  set_property(GLOBAL PROPERTY STRATA_CHAPTER_${A_NAME} ${A_NUMBER})
  set_property(GLOBAL APPEND PROPERTY STRATA_LAYERS ${A_NAME})

  set(here "${CMAKE_CURRENT_SOURCE_DIR}")
  set(target strata_${A_NAME})
  strata_library_sources(sources "${here}")
  set(explored ${sources})
  strata_apply_slots(sources "${here}" ${A_NAME} "" ${A_SLOTS})
  strata_static_library(${target} ${sources})
  add_library(strata::${A_NAME} ALIAS ${target})
  strata_headers(${target} "${here}/include")
  target_include_directories(${target} PRIVATE "${here}/src")
  target_link_libraries(${target} PUBLIC ${lower} PRIVATE ${A_LINK})

  if(STRATA_BUILD_TESTS)
    strata_apply_slots(explored "${here}" ${A_NAME} _explore ${A_SLOTS})
    strata_static_library(${target}_explore ${explored})
    target_include_directories(${target}_explore
      PUBLIC "${here}/include" PRIVATE "${here}/src")
    target_link_libraries(${target}_explore
      PUBLIC ${lower_explore} strata_testkit_explore PRIVATE ${A_LINK})
    string(REGEX REPLACE "^([0-9])$" "0\\1" number "${A_NUMBER}")
    strata_tests(${A_NAME} LABEL ch${number} FOLDERS "${here}/test"
      LIBS ${target} strata_testkit ${A_LINK}
      EXPLORE_LIBS ${target}_explore strata_testkit_explore)
  endif()
  if(STRATA_BUILD_BENCH)
    strata_programs(${A_NAME} bench bench ${target} strata_bench ${A_LINK})
  endif()
  strata_programs(${A_NAME} example examples ${target})
  strata_programs(${A_NAME} step steps ${target} ${A_LINK})
  # What the book shows is recorded from plain builds only.
  if(NOT STRATA_CHECKED AND NOT STRATA_SANITIZE)
    strata_programs(${A_NAME} figure figures
      ${target} strata_figures ${A_LINK})
    if(STRATA_BUILD_TESTS)
      strata_programs(${A_NAME} figure figures/explore
        ${target}_explore strata_testkit_explore strata_figures ${A_LINK})
    endif()
  endif()
  strata_programs(${A_NAME} tour tour ${target})
endfunction()

# Adds the chapters 1 to STRATA_CHAPTERS found in `folder`, lowest first.
function(strata_add_chapters folder)
  file(GLOB chapters CONFIGURE_DEPENDS
    "${folder}/[0-9][0-9]-*/CMakeLists.txt")
  list(SORT chapters)
  foreach(file IN LISTS chapters)
    get_filename_component(dir "${file}" DIRECTORY)
    get_filename_component(base "${dir}" NAME)
    string(REGEX MATCH "^0*([0-9]+)" unused "${base}")
    if(CMAKE_MATCH_1 LESS_EQUAL STRATA_CHAPTERS)
      add_subdirectory("${dir}")
    endif()
  endforeach()
endfunction()

# Stops the configuration if a chapter's library was linked upwards behind
# the back of DEPENDS, by a plain target_link_libraries().
function(strata_check_layering)
  get_property(layers GLOBAL PROPERTY STRATA_LAYERS)
  foreach(name IN LISTS layers)
    get_property(number GLOBAL PROPERTY STRATA_CHAPTER_${name})
    get_target_property(links strata_${name} LINK_LIBRARIES)
    get_target_property(interface strata_${name} INTERFACE_LINK_LIBRARIES)
    foreach(link IN LISTS links interface)
      string(REGEX REPLACE "^strata(_|::)" "" other "${link}")
      if(other IN_LIST layers)
        strata_require_lower(${number} ${name} ${other})
      endif()
    endforeach()
  endforeach()
endfunction()

# Writes tour.txt in the build folder: a line per program, chapter and path.
function(strata_write_tour)
  get_property(programs GLOBAL PROPERTY STRATA_TOUR)
  list(JOIN programs "\n" lines)
  file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/tour.txt" CONTENT "${lines}\n")
endfunction()
