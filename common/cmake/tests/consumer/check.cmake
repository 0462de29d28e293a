# Installs the build into a folder of its own, builds a program against that
# with find_package(strata), and runs it. Run by ctest with cmake -P.
set(work "${STRATA_BUILD}/consumer")
file(REMOVE_RECURSE "${work}")

# Runs a command; stops with its output if it fails.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status
    OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "'${ARGN}' failed (${status}):\n${said}")
  endif()
  set(said "${said}" PARENT_SCOPE)
endfunction()

run(${CMAKE_COMMAND} --install "${STRATA_BUILD}" --prefix "${work}/prefix")
run(${CMAKE_COMMAND} -S "${CMAKE_CURRENT_LIST_DIR}" -B "${work}/build"
  -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${COMPILER}"
  "-DCMAKE_PREFIX_PATH=${work}/prefix")
run(${CMAKE_COMMAND} --build "${work}/build")
run("${work}/build/consumer")
if(NOT said MATCHES "consumer: ok")
  message(FATAL_ERROR "the consumer said: ${said}")
endif()
