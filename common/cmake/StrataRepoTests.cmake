# Tests of the repository itself: the layering is law, the installed package
# works, the lint is clean and finds what it should.
include_guard(GLOBAL)
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
set(tests "${PROJECT_SOURCE_DIR}/common/cmake/tests")
set(tools "${PROJECT_SOURCE_DIR}/common/tools")

# Adds a ctest entry whose name and label start alike, like Catch2's cases do.
function(strata_repo_test label name)
  add_test(NAME "repo.${label}/${name}" COMMAND ${ARGN}
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties("repo.${label}/${name}" PROPERTIES
    LABELS repo.${label} TIMEOUT 300)
endfunction()

# Expects `case` to stop at `stage` (configure, build, headers, or none: it
# passes all of them) with a message that matches `text`.
function(strata_layering_test case stage text name)
  strata_repo_test(layering "${name}" "${CMAKE_COMMAND}"
    "-DCASE=${case}" "-DSTAGE=${stage}" "-DTEXT=${text}"
    "-DBUILD=${PROJECT_BINARY_DIR}/layering/${case}"
    "-DCOMPILER=${CMAKE_CXX_COMPILER}" "-DGENERATOR=${CMAKE_GENERATOR}"
    -P "${tests}/layering/check.cmake")
endfunction()

if(NOT STRATA_SANITIZE AND NOT CMAKE_CROSSCOMPILING)
  strata_layering_test(good none "" "a chapter over a lower one builds")
  strata_layering_test(depends_upward configure
    "only lower chapters are allowed"
    "DEPENDS on a higher chapter stops the configuration")
  strata_layering_test(depends_unknown configure
    "neither common nor a chapter below it"
    "DEPENDS on a chapter not yet added stops the configuration")
  strata_layering_test(link_upward configure
    "only lower chapters are allowed"
    "an upward target_link_libraries stops the configuration")
  strata_layering_test(include_upward build
    "strata/upper/upper.hpp.*(No such file|file not found)"
    "an upward include stops the build")
  if(NOT CMAKE_VERSION VERSION_LESS 3.24)
    strata_layering_test(header_not_alone headers "Forgotten"
      "a header that does not stand alone stops the build")
  endif()

  strata_repo_test(install "find_package(strata) builds and runs a consumer"
    "${CMAKE_COMMAND}" "-DSTRATA_BUILD=${PROJECT_BINARY_DIR}"
    "-DCOMPILER=${CMAKE_CXX_COMPILER}" "-DGENERATOR=${CMAKE_GENERATOR}"
    -P "${tests}/consumer/check.cmake")
endif()

strata_repo_test(lint "the style of the tree"
  "${Python3_EXECUTABLE}" "${tools}/lint.py")
strata_repo_test(labs "starters are what the references make of them"
  "${CMAKE_COMMAND}" -E env PYTHONPATH=common
  "${Python3_EXECUTABLE}" -m labkit.starter --check)
# A tool X.py has its tests in test/X_test.py.
file(GLOB tool_tests CONFIGURE_DEPENDS "${tools}/test/*_test.py")
if(NOT STRATA_SANITIZE AND NOT STRATA_CHECKED)
  # They run no code of ours; once is enough.
  file(GLOB lab_tests CONFIGURE_DEPENDS
    "${PROJECT_SOURCE_DIR}/common/labkit/test/*_test.py")
  list(APPEND tool_tests ${lab_tests})
endif()
foreach(test IN LISTS tool_tests)
  cmake_path(GET test STEM stem)
  string(REPLACE "_test" "" tool "${stem}")
  strata_repo_test(tools "${tool} does what it says"
    "${Python3_EXECUTABLE}" "${test}")
endforeach()
