# SPDX-License-Identifier: MIT
# Rules, fixes, configuration and output formats.
if(MEMLINT_ANALYZER)
  memlint_unit_test(rules_layout SOURCES rules_layout.c LIBS memlint-rules TIMEOUT 240)
  memlint_unit_test(rules_facts SOURCES rules_facts.c LIBS memlint-rules memlint-ast TIMEOUT 240)
  target_compile_definitions(rules_facts PRIVATE FIXTURE="${CMAKE_CURRENT_SOURCE_DIR}/../rules/struct_padding/risks.c")
  memlint_unit_test(rules_links SOURCES rules_links.c LIBS memlint-rules)
  memlint_unit_test(fix_edits SOURCES fix_edits.c LIBS memlint-fix)
  memlint_unit_test(out_formats SOURCES out_formats.c LIBS memlint-out PkgConfig::JANSSON)
  memlint_unit_test(config_files SOURCES config_files.c LIBS memlint-rules)
endif()
