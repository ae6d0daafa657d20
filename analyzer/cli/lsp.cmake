# SPDX-License-Identifier: MIT
# The language server of memlint-analyze.
add_library(memlint-lsp STATIC
  ${CMAKE_CURRENT_LIST_DIR}/lsp_analyse.c ${CMAKE_CURRENT_LIST_DIR}/lsp_message.c ${CMAKE_CURRENT_LIST_DIR}/lsp_server.c
  ${CMAKE_CURRENT_LIST_DIR}/lsp_text.c)
target_compile_definitions(memlint-lsp PRIVATE _GNU_SOURCE)
target_link_libraries(memlint-lsp PUBLIC memlint-facts memlint-rules memlint-base-terminal PkgConfig::JANSSON)
