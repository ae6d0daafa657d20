# SPDX-License-Identifier: MIT
# Unit tests of the snapshot model, the profile file and what the command makes of them.
include(${PROJECT_SOURCE_DIR}/runtime/snapshot/snapshot.cmake)

memlint_unit_test(snapshot_model SOURCES snapshot_model.c snapshot_sample.c LIBS memlint_snapshot)
memlint_unit_test(snapshot_statistics SOURCES snapshot_statistics.c snapshot_sample.c LIBS memlint_snapshot)
memlint_unit_test(profile_file SOURCES profile_file.c snapshot_sample.c LIBS memlint_snapshot)
memlint_unit_test(profile_hostile SOURCES profile_hostile.c snapshot_sample.c LIBS memlint_snapshot)
if(TARGET memlint-profile)
  memlint_unit_test(profile_tools SOURCES profile_tools.c snapshot_sample.c LIBS memlint-profile)
  memlint_unit_test(profile_lines SOURCES profile_lines.c LIBS memlint-profile)
  memlint_unit_test(profile_graph SOURCES profile_graph.c snapshot_sample.c LIBS memlint-profile)
  memlint_unit_test(profile_leaks SOURCES profile_leaks.c LIBS memlint-profile)
  memlint_unit_test(profile_command SOURCES profile_command.c ${PROJECT_SOURCE_DIR}/analyzer/cli/memlint_cli.c
    LIBS memlint-base-terminal)
endif()
