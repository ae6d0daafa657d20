# SPDX-License-Identifier: MIT
# Unit tests of the analyzer's ground floor, syntax tree, commands and workers, and of memlint-analyze as a whole.
if(MEMLINT_ANALYZER)
  memlint_unit_test(base_core SOURCES base_core.c LIBS memlint-base-core)
  memlint_unit_test(ast_lex SOURCES ast_lex.c LIBS memlint-ast)
  memlint_unit_test(ast_tree SOURCES ast_tree.c ast_sample.c LIBS memlint-ast)
  memlint_unit_test(ast_traps SOURCES ast_traps.c ast_sample.c LIBS memlint-ast)
  memlint_unit_test(facts_commands SOURCES facts_commands.c LIBS memlint-facts)
  memlint_unit_test(facts_pool SOURCES facts_pool.c LIBS memlint-facts
    ENVIRONMENT ASAN_OPTIONS=handle_segv=0) # its workers crash on purpose
endif()
if(TARGET memlint-analyze AND BUILD_TESTING)
  add_test(NAME front_cli COMMAND ${CMAKE_CURRENT_LIST_DIR}/front_cli.sh $<TARGET_FILE:memlint-analyze>)
  set_tests_properties(front_cli PROPERTIES TIMEOUT 600 LABELS "unit")
endif()
