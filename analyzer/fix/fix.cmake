# SPDX-License-Identifier: MIT
# Applying the fixes of findings.
add_library(memlint-fix STATIC
  ${CMAKE_CURRENT_LIST_DIR}/fix.c ${CMAKE_CURRENT_LIST_DIR}/patch.c ${CMAKE_CURRENT_LIST_DIR}/verify.c
  ${CMAKE_CURRENT_LIST_DIR}/write.c)
target_compile_definitions(memlint-fix PRIVATE _GNU_SOURCE)
target_link_libraries(memlint-fix PUBLIC memlint-rules)
