# SPDX-License-Identifier: MIT
# Output formats: one file per line of formats.def.
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/formats.def format_lines REGEX "^FORMAT\\(")
set(format_sources)
foreach(line IN LISTS format_lines)
  string(REGEX REPLACE "^FORMAT\\(([a-z0-9]+),.*" "\\1" format "${line}")
  list(APPEND format_sources ${CMAKE_CURRENT_LIST_DIR}/${format}.c)
endforeach()
add_library(memlint-out STATIC ${format_sources}
  ${CMAKE_CURRENT_LIST_DIR}/formats.c ${CMAKE_CURRENT_LIST_DIR}/support.c ${CMAKE_CURRENT_LIST_DIR}/tables.c)
target_compile_definitions(memlint-out PRIVATE _GNU_SOURCE)
target_link_libraries(memlint-out PUBLIC memlint-rules PRIVATE PkgConfig::JANSSON)
