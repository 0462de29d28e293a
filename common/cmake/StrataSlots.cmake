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
#
# A tree that a course handed out has no source of a slot. Its reference comes
# as an object, chapters/NN-name/reference/<processor>/<slot><kind>.o, where
# the kind is empty, _explore, or either with -address or -thread behind it.
include_guard(GLOBAL)

# Tells whether this tree was handed out by a course, and whether it has
# objects or, in their place, starters. Objects are over our own assembly.
set(STRATA_HANDED_OUT OFF)
set(STRATA_SLOT_OBJECTS OFF)
if(EXISTS "${PROJECT_SOURCE_DIR}/exercises/handout.json")
  set(STRATA_HANDED_OUT ON)
  file(STRINGS "${PROJECT_SOURCE_DIR}/exercises/handout.json" bare
    REGEX "\"bare\": true")
  if(NOT bare)
    set(STRATA_SLOT_OBJECTS ON)
  endif()
endif()
option(STRATA_SLOTS "Make each slot a translation unit of its own"
  ${STRATA_HANDED_OUT})
if(STRATA_HANDED_OUT AND NOT STRATA_SLOTS)
  message(FATAL_ERROR "this tree was handed out without the sources of its "
    "slots: it needs STRATA_SLOTS=ON")
endif()
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

# Finds the reader's file of a slot; assembly is that of this processor.
function(strata_slot_mine out chapter slot)
  set(folder "${STRATA_MINE_ROOT}/${chapter}/mine")
  file(GLOB_RECURSE found "${folder}/${slot}.cpp")
  file(GLOB assembly "${folder}/arch/${CMAKE_SYSTEM_PROCESSOR}/${slot}.S")
  list(APPEND found ${assembly})
  list(LENGTH found count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "slot ${slot}: one file of yours is needed below "
      "${folder}, there are ${count}; ./lab start makes it")
  endif()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

# Finds the object of a slot whose source was not handed out.
function(strata_slot_object out folder layer slot variant)
  if(STRATA_CHECKED)
    message(FATAL_ERROR "slot ${layer}/${slot}: its reference is an object "
      "here, made for builds that are not checked; put your own in its "
      "place: STRATA_MINE=${layer}/${slot}")
  endif()
  set(kind "${variant}")
  if(STRATA_SANITIZE)
    string(APPEND kind "-${STRATA_SANITIZE}")
  endif()
  set(object
    "${folder}/reference/${CMAKE_SYSTEM_PROCESSOR}/${slot}${kind}.o")
  if(NOT EXISTS "${object}")
    message(FATAL_ERROR "slot ${layer}/${slot}: there is neither a source "
      "below ${folder}/src nor ${object}")
  endif()
  set(${out} "${object}" PARENT_SCOPE)
endfunction()

# Replaces in a list of sources what the reader has replaced.
#   list_name  the variable that holds the sources
#   folder     the chapter's, such as .../chapters/02-scheduler
#   layer      sched
#   variant    _explore, or empty for the plain library
#   ARGN       the chapter's slots
function(strata_apply_slots list_name folder layer variant)
  get_filename_component(chapter "${folder}" NAME)
  set(result ${${list_name}})
  foreach(slot IN LISTS ARGN)
    set_property(GLOBAL APPEND PROPERTY STRATA_SLOT_NAMES "${layer}/${slot}")
    set(reference ${result})
    list(FILTER reference INCLUDE REGEX "/src/(.*/)?${slot}\\.(cpp|S)$")
    list(LENGTH reference count)
    if(count GREATER 1)
      message(FATAL_ERROR "slot ${layer}/${slot}: one source of that name is "
        "needed below ${folder}/src, there are ${count}")
    endif()
    if("${layer}/${slot}" IN_LIST STRATA_MINE)
      strata_slot_mine(chosen ${chapter} ${slot})
    elseif(reference)
      continue()
    else()
      strata_slot_object(chosen "${folder}" ${layer} ${slot} "${variant}")
    endif()
    list(REMOVE_ITEM result "${reference}")
    list(APPEND result "${chosen}")
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
