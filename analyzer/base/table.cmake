# SPDX-License-Identifier: MIT
# Aligned columns and colours.
add_library(memlint-base-terminal STATIC ${CMAKE_CURRENT_LIST_DIR}/table.c ${CMAKE_CURRENT_LIST_DIR}/terminal.c)
target_link_libraries(memlint-base-terminal PUBLIC memlint-base-core)
