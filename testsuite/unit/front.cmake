# SPDX-License-Identifier: MIT
# Unit tests of the analyzer's ground floor, syntax tree, commands and workers.
if(MEMLINT_ANALYZER)
  memlint_unit_test(ast_tree SOURCES ast_tree.c ast_sample.c LIBS memlint-ast)
  memlint_unit_test(ast_traps SOURCES ast_traps.c ast_sample.c LIBS memlint-ast)
endif()
