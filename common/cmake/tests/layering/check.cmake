# Configures and builds one case of bad (or good) layering and checks at which
# stage it stops and what it says. Run by ctest with cmake -P.
set(here "${CMAKE_CURRENT_LIST_DIR}")
file(REMOVE_RECURSE "${BUILD}")

set(configure ${CMAKE_COMMAND} -S "${here}" -B "${BUILD}" "-DCASE=${CASE}"
  -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${COMPILER}")
set(build ${CMAKE_COMMAND} --build "${BUILD}")
set(headers ${CMAKE_COMMAND} --build "${BUILD}"
  --target all_verify_interface_header_sets)

set(stopped none)
foreach(stage IN ITEMS configure build headers)
  execute_process(COMMAND ${${stage}} RESULT_VARIABLE status
    OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    set(stopped ${stage})
    break()
  endif()
endforeach()

# CMake wraps the lines of its messages; compare with single spaces.
string(REGEX REPLACE "[ \n]+" " " said "${said}")
if(NOT stopped STREQUAL STAGE)
  message(FATAL_ERROR "${CASE} stopped at '${stopped}', expected '${STAGE}':"
    "\n${said}")
elseif(NOT said MATCHES "${TEXT}")
  message(FATAL_ERROR "${CASE} does not say '${TEXT}':\n${said}")
endif()
