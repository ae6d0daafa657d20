# SPDX-License-Identifier: MIT
# Commands, workers, facts of units and their cache.
add_library(memlint-facts STATIC
  ${CMAKE_CURRENT_LIST_DIR}/blob.c ${CMAKE_CURRENT_LIST_DIR}/cache.c ${CMAKE_CURRENT_LIST_DIR}/clean.c
  ${CMAKE_CURRENT_LIST_DIR}/commands.c ${CMAKE_CURRENT_LIST_DIR}/gather.c ${CMAKE_CURRENT_LIST_DIR}/guess.c
  ${CMAKE_CURRENT_LIST_DIR}/paths.c ${CMAKE_CURRENT_LIST_DIR}/pool.c)
target_link_libraries(memlint-facts PUBLIC memlint-rules memlint-ast memlint-base-core
  PRIVATE memlint-base-terminal PkgConfig::SQLITE PkgConfig::JANSSON)
