# SPDX-License-Identifier: MIT
# Arenas, interned strings, arrays, hashes and the tool's own messages.
add_library(memlint-base-core STATIC
  ${CMAKE_CURRENT_LIST_DIR}/arena.c ${CMAKE_CURRENT_LIST_DIR}/diag.c ${CMAKE_CURRENT_LIST_DIR}/git.c ${CMAKE_CURRENT_LIST_DIR}/hash.c
  ${CMAKE_CURRENT_LIST_DIR}/intern.c ${CMAKE_CURRENT_LIST_DIR}/pack.c ${CMAKE_CURRENT_LIST_DIR}/vec.c)
target_include_directories(memlint-base-core PUBLIC ${PROJECT_SOURCE_DIR})
target_compile_definitions(memlint-base-core PRIVATE _GNU_SOURCE)
