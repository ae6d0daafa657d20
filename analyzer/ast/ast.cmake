# SPDX-License-Identifier: MIT
# The only user of libclang.
add_library(memlint-ast STATIC
  ${CMAKE_CURRENT_LIST_DIR}/build_decls.c ${CMAKE_CURRENT_LIST_DIR}/build_enums.c ${CMAKE_CURRENT_LIST_DIR}/build_files.c ${CMAKE_CURRENT_LIST_DIR}/build_layout.c
  ${CMAKE_CURRENT_LIST_DIR}/build_literal.c ${CMAKE_CURRENT_LIST_DIR}/build_nodes.c
  ${CMAKE_CURRENT_LIST_DIR}/build_records.c ${CMAKE_CURRENT_LIST_DIR}/build_shape.c
  ${CMAKE_CURRENT_LIST_DIR}/build_statements.c ${CMAKE_CURRENT_LIST_DIR}/build_types.c ${CMAKE_CURRENT_LIST_DIR}/init.c
  ${CMAKE_CURRENT_LIST_DIR}/lex.c ${CMAKE_CURRENT_LIST_DIR}/parse.c ${CMAKE_CURRENT_LIST_DIR}/query.c
  ${CMAKE_CURRENT_LIST_DIR}/resource.c)
target_compile_definitions(memlint-ast PRIVATE MEMLINT_RESOURCE_DIR="${Libclang_RESOURCE_DIR}")
target_link_libraries(memlint-ast PUBLIC memlint-base-core PRIVATE memlint::libclang)
