# SPDX-License-Identifier: MIT
# Finds each GCC that the plugin can be built for: an installed gcc-N with its plugin headers.
#
# MEMLINT_GCC_MAJORS          e.g. 11;12
# MEMLINT_GCC_<N>_C, _CXX     gcc-N and g++-N
# MEMLINT_GCC_<N>_PLUGIN_DIR  where `gcc-N -fplugin=name` looks; headers are in its include/
# MEMLINT_MULTIARCH           e.g. x86_64-linux-gnu, may be empty
set(MEMLINT_GCC_CANDIDATES 11 12 13 14 15 CACHE STRING "GCC major versions to look for")

set(MEMLINT_GCC_MAJORS)
set(MEMLINT_GCC_WITHOUT_HEADERS)
set(MEMLINT_GCC_WITHOUT_CXX)
foreach(major IN LISTS MEMLINT_GCC_CANDIDATES)
  find_program(MEMLINT_GCC_${major}_C gcc-${major})
  find_program(MEMLINT_GCC_${major}_CXX g++-${major})
  mark_as_advanced(MEMLINT_GCC_${major}_C MEMLINT_GCC_${major}_CXX)
  if(NOT MEMLINT_GCC_${major}_C AND CMAKE_C_COMPILER_ID STREQUAL GNU
     AND CMAKE_C_COMPILER_VERSION VERSION_GREATER_EQUAL ${major}
     AND CMAKE_C_COMPILER_VERSION VERSION_LESS ${major}.999)
    set(MEMLINT_GCC_${major}_C ${CMAKE_C_COMPILER}) # a GCC without the version in its name
    set(MEMLINT_GCC_${major}_CXX ${CMAKE_CXX_COMPILER})
  endif()
  if(NOT MEMLINT_GCC_${major}_C)
    continue()
  endif()
  execute_process(COMMAND ${MEMLINT_GCC_${major}_C} -print-file-name=plugin
                  OUTPUT_VARIABLE dir OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT EXISTS ${dir}/include/gcc-plugin.h)
    list(APPEND MEMLINT_GCC_WITHOUT_HEADERS ${major})
  elseif(NOT MEMLINT_GCC_${major}_CXX)
    list(APPEND MEMLINT_GCC_WITHOUT_CXX ${major})
  else()
    cmake_path(ABSOLUTE_PATH dir NORMALIZE)
    set(MEMLINT_GCC_${major}_PLUGIN_DIR ${dir})
    list(APPEND MEMLINT_GCC_MAJORS ${major})
  endif()
endforeach()

execute_process(COMMAND ${CMAKE_C_COMPILER} -print-multiarch
                OUTPUT_VARIABLE MEMLINT_MULTIARCH OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(MEMLINT_GCC_MAJORS)
  list(JOIN MEMLINT_GCC_MAJORS ", " text)
  message(STATUS "Building the plugin for GCC ${text}")
endif()
