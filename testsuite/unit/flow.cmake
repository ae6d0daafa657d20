# SPDX-License-Identifier: MIT
# Unit tests of control flow, values and effects.
add_executable(flow_cyclomatic flow_cyclomatic.c flow_unit.c)
set_target_properties(flow_cyclomatic PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
target_link_libraries(flow_cyclomatic PRIVATE memlint-flow)

memlint_unit_test(flow_assume SOURCES flow_assume.c flow_unit.c LIBS memlint-flow)
memlint_unit_test(flow_effects SOURCES flow_effects.c flow_unit.c LIBS memlint-flow)
target_compile_definitions(flow_effects PRIVATE FLOW_FIXTURES="${CMAKE_CURRENT_LIST_DIR}/flow")
memlint_unit_test(flow_graph SOURCES flow_graph.c flow_unit.c LIBS memlint-flow)

add_test(NAME flow_against_clang
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/flow_against_clang.sh $<TARGET_FILE:flow_cyclomatic>
    ${CMAKE_CURRENT_LIST_DIR}/flow/graphs.c)
set_tests_properties(flow_against_clang PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 60 LABELS unit)
memlint_unit_test(flow_values SOURCES flow_values.c flow_unit.c LIBS memlint-flow)
target_compile_definitions(flow_values PRIVATE FLOW_FIXTURES="${CMAKE_CURRENT_LIST_DIR}/flow")
