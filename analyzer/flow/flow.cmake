# SPDX-License-Identifier: MIT
# What happens inside functions: control flow, values, effects of callees.
add_library(memlint-flow STATIC
  ${CMAKE_CURRENT_LIST_DIR}/access.c ${CMAKE_CURRENT_LIST_DIR}/assume.c
  ${CMAKE_CURRENT_LIST_DIR}/graph_expr.c ${CMAKE_CURRENT_LIST_DIR}/graph_stmt.c
  ${CMAKE_CURRENT_LIST_DIR}/cfg.c ${CMAKE_CURRENT_LIST_DIR}/constant.c ${CMAKE_CURRENT_LIST_DIR}/cost.c
  ${CMAKE_CURRENT_LIST_DIR}/dom.c ${CMAKE_CURRENT_LIST_DIR}/effects.c ${CMAKE_CURRENT_LIST_DIR}/facts.c
  ${CMAKE_CURRENT_LIST_DIR}/facts_returned.c
  ${CMAKE_CURRENT_LIST_DIR}/live.c ${CMAKE_CURRENT_LIST_DIR}/merge.c ${CMAKE_CURRENT_LIST_DIR}/owner.c
  ${CMAKE_CURRENT_LIST_DIR}/places.c
  ${CMAKE_CURRENT_LIST_DIR}/sinks.c ${CMAKE_CURRENT_LIST_DIR}/solve.c)
target_link_libraries(memlint-flow PUBLIC memlint-ast)
