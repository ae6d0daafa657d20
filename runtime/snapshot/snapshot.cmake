# SPDX-License-Identifier: MIT
# The snapshot model and profile files: position-independent objects, linked into the runtime and into the tools. What the runtime
# needs in every program comes first.
if(NOT TARGET memlint_snapshot)
  add_library(memlint_snapshot OBJECT
    ${CMAKE_CURRENT_LIST_DIR}/crc32c.c
    ${CMAKE_CURRENT_LIST_DIR}/encode.c
    ${CMAKE_CURRENT_LIST_DIR}/pages.c
    ${CMAKE_CURRENT_LIST_DIR}/profile_writer.c
    ${CMAKE_CURRENT_LIST_DIR}/strings.c
    ${CMAKE_CURRENT_LIST_DIR}/error.c
    ${CMAKE_CURRENT_LIST_DIR}/file.c
    ${CMAKE_CURRENT_LIST_DIR}/filter.c
    ${CMAKE_CURRENT_LIST_DIR}/group.c
    ${CMAKE_CURRENT_LIST_DIR}/group_match.c
    ${CMAKE_CURRENT_LIST_DIR}/group_order.c
    ${CMAKE_CURRENT_LIST_DIR}/group_text.c
    ${CMAKE_CURRENT_LIST_DIR}/path.c
    ${CMAKE_CURRENT_LIST_DIR}/profile_decode.c
    ${CMAKE_CURRENT_LIST_DIR}/profile_graph.c
    ${CMAKE_CURRENT_LIST_DIR}/profile_reader.c
    ${CMAKE_CURRENT_LIST_DIR}/snapshot.c
    ${CMAKE_CURRENT_LIST_DIR}/statistics.c
    ${CMAKE_CURRENT_LIST_DIR}/text.c)
  target_include_directories(memlint_snapshot PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/runtime/include)
  set_target_properties(memlint_snapshot PROPERTIES POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden)
endif()
