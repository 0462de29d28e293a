# The umbrella header, the target of all layers, and the installed package.
include_guard(GLOBAL)
include(CMakePackageConfigHelpers)

# Makes strata::strata and <strata/strata.hpp> of the layers that were added;
# with the scheduler among them also <strata/run.hpp>, which plugs in every
# layer above it that has a layer.hpp with its `layer` object.
function(strata_umbrella)
  get_property(layers GLOBAL PROPERTY STRATA_LAYERS)
  set(includes)
  set(STRATA_LAYER_INCLUDES "#include \"strata/sched/runtime.hpp\"")
  set(objects)
  foreach(name IN LISTS layers)
    get_target_property(folder strata_${name} SOURCE_DIR)
    set(headers "${folder}/include/strata/${name}")
    if(EXISTS "${headers}/${name}.hpp")
      list(APPEND includes "#include \"strata/${name}/${name}.hpp\"")
    endif()
    if(EXISTS "${headers}/layer.hpp" AND NOT name STREQUAL "sched")
      string(APPEND STRATA_LAYER_INCLUDES
        "\n#include \"strata/${name}/layer.hpp\"")
      list(APPEND objects "&${name}::layer")
    endif()
  endforeach()
  list(JOIN objects ", " STRATA_LAYER_OBJECTS)

  set(root "${PROJECT_BINARY_DIR}/generated/include")
  set(templates "${PROJECT_SOURCE_DIR}/common/cmake")
  if("sched" IN_LIST layers)
    configure_file("${templates}/run.hpp.in" "${root}/strata/run.hpp" @ONLY)
    list(APPEND includes "#include \"strata/run.hpp\"")
  endif()
  list(JOIN includes "\n" STRATA_UMBRELLA_INCLUDES)
  configure_file("${templates}/strata.hpp.in"
    "${root}/strata/strata.hpp" @ONLY)

  add_library(strata_all INTERFACE)
  add_library(strata::strata ALIAS strata_all)
  set_target_properties(strata_all PROPERTIES EXPORT_NAME strata)
  list(TRANSFORM layers PREPEND strata_ OUTPUT_VARIABLE targets)
  target_link_libraries(strata_all INTERFACE strata_common ${targets})
  target_include_directories(strata_all INTERFACE
    "$<BUILD_INTERFACE:${root}>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
endfunction()

# Installs what the header set of `target` does not: .def files, and all
# headers where CMake has no header sets.
function(strata_install_headers target)
  get_target_property(folder ${target} SOURCE_DIR)
  set(kinds PATTERN "*.def")
  if(CMAKE_VERSION VERSION_LESS 3.23)
    list(APPEND kinds PATTERN "*.hpp")
  endif()
  install(DIRECTORY "${folder}/include/"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING ${kinds})
endfunction()

# Installs libraries, headers and the package for find_package(strata).
function(strata_install)
  get_property(layers GLOBAL PROPERTY STRATA_LAYERS)
  set(libraries strata_common)
  foreach(name IN LISTS layers)
    list(APPEND libraries strata_${name})
    set_target_properties(strata_${name} PROPERTIES EXPORT_NAME ${name})
  endforeach()
  set_target_properties(strata_common PROPERTIES EXPORT_NAME common)
  set(headers)
  if(NOT CMAKE_VERSION VERSION_LESS 3.23)
    set(headers FILE_SET HEADERS)
  endif()
  foreach(library IN LISTS libraries)
    strata_install_headers(${library})
    install(TARGETS ${library} EXPORT strata-targets
      ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" ${headers}
      INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  endforeach()
  install(TARGETS strata_usage strata_all EXPORT strata-targets)
  install(DIRECTORY "${PROJECT_BINARY_DIR}/generated/include/"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")

  set(package "${CMAKE_INSTALL_LIBDIR}/cmake/strata")
  install(EXPORT strata-targets NAMESPACE strata:: DESTINATION "${package}")
  configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/common/cmake/strata-config.cmake.in"
    "${PROJECT_BINARY_DIR}/strata-config.cmake"
    INSTALL_DESTINATION "${package}")
  write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/strata-config-version.cmake"
    COMPATIBILITY SameMinorVersion)
  install(FILES "${PROJECT_BINARY_DIR}/strata-config.cmake"
    "${PROJECT_BINARY_DIR}/strata-config-version.cmake"
    DESTINATION "${package}")
endfunction()
