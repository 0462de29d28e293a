# Slots: source files of the layers that a reader replaces by his own.
#
# A slot is one source file behind a frozen header, named layer/stem:
# context/stack_pool, sched/run_queue. With
#
#   -DSTRATA_SLOTS=ON -DSTRATA_MINE="sched/run_queue;sched/steal"
#
# the named files come from `mine/` in the chapter's folder below
# STRATA_MINE_ROOT (exercises/), and all layers above run over them. Which
# files are slots a chapter says itself: strata_chapter(... SLOTS run_queue).
# What was chosen is compiled into strata::build_info().
include_guard(GLOBAL)

option(STRATA_SLOTS "Make each slot a translation unit of its own" OFF)
set(STRATA_MINE "" CACHE STRING "Slots taken from the reader, layer/slot")
set(STRATA_MINE_ROOT "${PROJECT_SOURCE_DIR}/exercises" CACHE PATH
  "Where the reader's files are")
set(STRATA_EXERCISES "" CACHE FILEPATH
  "List of the exercises' test programs, written by the lab command")

if(STRATA_MINE AND NOT STRATA_SLOTS)
  message(FATAL_ERROR "STRATA_MINE is '${STRATA_MINE}', which needs "
    "STRATA_SLOTS=ON")
endif()
target_compile_definitions(strata_usage INTERFACE
  $<$<BOOL:${STRATA_SLOTS}>:STRATA_SLOTS=1>)

# Replaces in a list of sources what the reader has replaced.
#   list_name  the variable that holds the sources
#   folder     the chapter's, such as .../chapters/02-scheduler
#   layer      sched
#   ARGN       the chapter's slots
function(strata_apply_slots list_name folder layer)
  get_filename_component(chapter "${folder}" NAME)
  set(result ${${list_name}})
  foreach(slot IN LISTS ARGN)
    set_property(GLOBAL APPEND PROPERTY STRATA_SLOT_NAMES "${layer}/${slot}")
    set(reference ${result})
    list(FILTER reference INCLUDE REGEX "/src/(.*/)?${slot}\\.(cpp|S)$")
    list(LENGTH reference count)
    if(NOT count EQUAL 1)
      message(FATAL_ERROR "slot ${layer}/${slot}: one source of that name is "
        "needed below ${folder}/src, there are ${count}")
    endif()
    if(NOT "${layer}/${slot}" IN_LIST STRATA_MINE)
      continue()
    endif()
    string(REPLACE "${folder}/src/" "" file "${reference}")
    set(mine "${STRATA_MINE_ROOT}/${chapter}/mine/${file}")
    if(NOT EXISTS "${mine}")
      message(FATAL_ERROR "slot ${layer}/${slot}: there is no ${mine}; "
        "./lab start makes it")
    endif()
    list(TRANSFORM result REPLACE "^${reference}$" "${mine}")
  endforeach()
  set(${list_name} "${result}" PARENT_SCOPE)
endfunction()

# Stops the configuration if STRATA_MINE names something that is no slot.
function(strata_check_slots)
  get_property(known GLOBAL PROPERTY STRATA_SLOT_NAMES)
  foreach(name IN LISTS STRATA_MINE)
    if(NOT name IN_LIST known)
      list(JOIN known " " names)
      message(FATAL_ERROR "STRATA_MINE names ${name}, which is no slot; "
        "slots are: ${names}")
    endif()
  endforeach()
endfunction()

# Adds the program that a reader of an exercise runs.
#   strata_exercise_program(lab_02_b1_program LAYER sched
#                           SOURCES <file>... INCLUDES <folder>...)
function(strata_exercise_program target)
  cmake_parse_arguments(PARSE_ARGV 1 A "" "LAYER" "SOURCES;INCLUDES")
  strata_program(${target} "${A_SOURCES}" strata_${A_LAYER})
  target_include_directories(${target} PRIVATE ${A_INCLUDES})
  set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/exercises")
endfunction()

# Adds the test program of an exercise.
#   strata_exercise(lab_02_1_tests LAYER sched [EXPLORE] SOURCES <test>...
#                   [MINE <file>...] [INCLUDES <folder>...]
#                   [PROGRAM lab_02_b1_program TEXT <file>])
# MINE are the reader's files that are no slots; they are compiled into it.
# Where they are a program with a main() of its own, the tests run that
# PROGRAM instead: its path is STRATA_EXERCISE_PROGRAM, that of its text
# STRATA_EXERCISE_TEXT.
function(strata_exercise target)
  cmake_parse_arguments(PARSE_ARGV 1 A "EXPLORE" "LAYER;PROGRAM;TEXT"
    "SOURCES;MINE;INCLUDES")
  set(suffix)
  if(A_EXPLORE)
    set(suffix _explore)
  endif()
  strata_program(${target} "${A_SOURCES};${A_MINE}"
    strata_${A_LAYER}${suffix} strata_testkit${suffix} strata_catch_main)
  target_include_directories(${target} PRIVATE ${A_INCLUDES})
  if(A_PROGRAM)
    add_dependencies(${target} ${A_PROGRAM})
    target_compile_definitions(${target} PRIVATE
      STRATA_EXERCISE_PROGRAM="$<TARGET_FILE:${A_PROGRAM}>"
      STRATA_EXERCISE_TEXT="${A_TEXT}")
  endif()
  set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/exercises")
endfunction()
