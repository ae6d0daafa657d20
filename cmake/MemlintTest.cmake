# SPDX-License-Identifier: MIT
# memlint_unit_test(name SOURCES file... [LIBS target...] [TIMEOUT seconds] [LABELS label...] [ENVIRONMENT NAME=value...])
#
# One Check program gathered by ctest under `name`; sources are relative to the file that calls.
function(memlint_unit_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;LIBS;LABELS;ENVIRONMENT")
  if(NOT BUILD_TESTING)
    return()
  endif()
  set(sources)
  foreach(source IN LISTS arg_SOURCES)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_LIST_DIR})
    list(APPEND sources ${source})
  endforeach()
  add_executable(${name} ${sources})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${arg_LIBS} PkgConfig::CHECK)
  # Check's own macros are variadic ones of GNU C.
  target_compile_options(${name} PRIVATE -Wno-sign-conversion)
  add_test(NAME ${name} COMMAND ${name})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "unit;${arg_LABELS}"
    ENVIRONMENT "CK_VERBOSITY=normal;${arg_ENVIRONMENT}")
endfunction()
