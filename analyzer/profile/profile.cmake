# SPDX-License-Identifier: MIT
# Profile files as the tools see them: opened, symbolised, merged.
include(${PROJECT_SOURCE_DIR}/runtime/snapshot/snapshot.cmake)
add_library(memlint-profile STATIC
  ${CMAKE_CURRENT_LIST_DIR}/globals.c
  ${CMAKE_CURRENT_LIST_DIR}/globals_fields.c
  ${CMAKE_CURRENT_LIST_DIR}/graph.c
  ${CMAKE_CURRENT_LIST_DIR}/graph_dom.c
  ${CMAKE_CURRENT_LIST_DIR}/graph_load.c
  ${CMAKE_CURRENT_LIST_DIR}/graph_shapes.c
  ${CMAKE_CURRENT_LIST_DIR}/graph_std.c
  ${CMAKE_CURRENT_LIST_DIR}/graph_types.c
  ${CMAKE_CURRENT_LIST_DIR}/graph_walk.c
  ${CMAKE_CURRENT_LIST_DIR}/growth.c
  ${CMAKE_CURRENT_LIST_DIR}/layout.c
  ${CMAKE_CURRENT_LIST_DIR}/leaks.c
  ${CMAKE_CURRENT_LIST_DIR}/lines.c
  ${CMAKE_CURRENT_LIST_DIR}/load.c
  ${CMAKE_CURRENT_LIST_DIR}/merge.c
  ${CMAKE_CURRENT_LIST_DIR}/modules.c
  ${CMAKE_CURRENT_LIST_DIR}/records.c
  ${CMAKE_CURRENT_LIST_DIR}/symbols.c
  ${CMAKE_CURRENT_LIST_DIR}/type_name.c)
target_link_libraries(memlint-profile PUBLIC memlint_snapshot memlint-base-core PkgConfig::ZSTD PkgConfig::DW)
