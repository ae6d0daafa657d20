# SPDX-License-Identifier: MIT
# The memlint-analyze command.
add_executable(memlint-analyze
  ${CMAKE_CURRENT_LIST_DIR}/analyze_fix.c ${CMAKE_CURRENT_LIST_DIR}/analyze_main.c
  ${CMAKE_CURRENT_LIST_DIR}/analyze_known.c ${CMAKE_CURRENT_LIST_DIR}/analyze_measure.c
  ${CMAKE_CURRENT_LIST_DIR}/analyze_options.c ${CMAKE_CURRENT_LIST_DIR}/analyze_run.c)
target_link_libraries(memlint-analyze PRIVATE memlint-lsp memlint-out memlint-fix memlint-facts memlint-rules
  memlint-profile memlint-ast memlint-base-terminal memlint-base-core)
install(TARGETS memlint-analyze RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
