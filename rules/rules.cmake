# SPDX-License-Identifier: MIT
# The rules with their pages, the model of findings, and the configuration that chooses among them.
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/rules.def rule_lines REGEX "^RULE\\(")
set(rule_sources)
foreach(line IN LISTS rule_lines)
  string(REGEX REPLACE "^RULE\\([0-9]+, ([a-z_0-9]+),.*" "\\1" stem "${line}")
  list(APPEND rule_sources ${CMAKE_CURRENT_LIST_DIR}/${stem}.c)
endforeach()

set(rule_generated ${CMAKE_CURRENT_BINARY_DIR}/generated)
file(GLOB rule_makers CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.c ${CMAKE_CURRENT_LIST_DIR}/*.h
  ${CMAKE_CURRENT_LIST_DIR}/*.def ${PROJECT_SOURCE_DIR}/analyzer/ast/*.[ch] ${PROJECT_SOURCE_DIR}/analyzer/flow/*.[chd]*)
add_custom_command(OUTPUT ${rule_generated}/rules/names.h ${rule_generated}/rules/pages.c
  COMMAND ${CMAKE_COMMAND} -DRULES=${CMAKE_CURRENT_LIST_DIR} -DOUT=${rule_generated}
    -P ${CMAKE_CURRENT_LIST_DIR}/gather/pages.cmake
  DEPENDS ${CMAKE_CURRENT_LIST_DIR}/rules.def ${CMAKE_CURRENT_LIST_DIR}/gather/pages.cmake ${rule_makers}
  COMMENT "Gathering the rules' pages" VERBATIM)

# Besides the rules' own files, the parts they are made of and share.
file(GLOB rule_parts CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.c)
list(APPEND rule_parts ${rule_sources})
list(REMOVE_DUPLICATES rule_parts)
add_library(memlint-rules STATIC ${rule_parts}
  ${rule_generated}/rules/names.h
  ${rule_generated}/rules/pages.c
  ${PROJECT_SOURCE_DIR}/analyzer/finding.c ${PROJECT_SOURCE_DIR}/analyzer/finding_pack.c
  ${PROJECT_SOURCE_DIR}/analyzer/config/baseline.c
  ${PROJECT_SOURCE_DIR}/analyzer/config/config.c
  ${PROJECT_SOURCE_DIR}/analyzer/config/config_yaml.c
  ${PROJECT_SOURCE_DIR}/analyzer/config/diff_base.c)
target_include_directories(memlint-rules PUBLIC ${PROJECT_SOURCE_DIR} PRIVATE ${rule_generated})
target_compile_definitions(memlint-rules PRIVATE _GNU_SOURCE)
target_link_libraries(memlint-rules PUBLIC memlint-flow memlint-ast memlint-base-core PRIVATE memlint-config-file)
