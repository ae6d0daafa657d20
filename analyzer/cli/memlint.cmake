# SPDX-License-Identifier: MIT
# The memlint command: one source per command.
string(REPLACE ";" ", GCC " memlint_compilers "${MEMLINT_GCC_MAJORS}")
set(memlint_pprof ${CMAKE_CURRENT_BINARY_DIR}/pprof/pprof.pb-c)
add_custom_command(OUTPUT ${memlint_pprof}.c ${memlint_pprof}.h
  COMMAND ${PROTOC_C} --proto_path=${CMAKE_CURRENT_LIST_DIR} --c_out=${CMAKE_CURRENT_BINARY_DIR}/pprof
          ${CMAKE_CURRENT_LIST_DIR}/pprof.proto
  DEPENDS ${CMAKE_CURRENT_LIST_DIR}/pprof.proto
  VERBATIM)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/pprof)
# The page of `memlint html`, with its libraries from npm.
set(memlint_page ${CMAKE_CURRENT_BINARY_DIR}/page.html)
file(GLOB memlint_page_parts CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/../html/*)
add_custom_command(OUTPUT ${memlint_page}
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/../html/build ${CMAKE_CURRENT_LIST_DIR}/../html ${CMAKE_CURRENT_BINARY_DIR}/page
          ${memlint_page}
  DEPENDS ${memlint_page_parts}
  VERBATIM)
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/memlint_html.c PROPERTIES
  COMPILE_DEFINITIONS MEMLINT_PAGE="${memlint_page}" OBJECT_DEPENDS ${memlint_page})
# Generated code has conversions of its own.
set_source_files_properties(${memlint_pprof}.c PROPERTIES COMPILE_OPTIONS "-Wno-conversion;-Wno-sign-conversion")
add_executable(memlint
  ${memlint_pprof}.c ${memlint_pprof}.h
  ${CMAKE_CURRENT_LIST_DIR}/memlint_check.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_deep.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_cli.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_diff.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_doctor.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_export.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_export_dhat.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_export_heap.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_export_heaptrack.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_export_pprof.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_export_rows.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_export_stacks.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_graph.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_growth.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_html.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_json.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_leaks.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_leaks_graph.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_leaks_rows.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_lines.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_main.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_merge.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_peak.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_retained.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_program.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_rows.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_run.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_stat.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_temporary.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_timeline.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_tree.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_types.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_view.c
  ${CMAKE_CURRENT_LIST_DIR}/memlint_why.c
  # What the environment's values mean is the runtime's to say.
  ${PROJECT_SOURCE_DIR}/runtime/options.c
  ${PROJECT_SOURCE_DIR}/runtime/os.c)
set_source_files_properties(${PROJECT_SOURCE_DIR}/runtime/options.c ${PROJECT_SOURCE_DIR}/runtime/os.c PROPERTIES
  COMPILE_DEFINITIONS _GNU_SOURCE)
target_include_directories(memlint PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/pprof)
target_compile_definitions(memlint PRIVATE
  MEMLINT_COMPILERS="GCC ${memlint_compilers}"
  MEMLINT_LIBDIR="${CMAKE_INSTALL_LIBDIR}")
target_link_libraries(memlint PRIVATE memlint-profile memlint-base-terminal memlint-config-file PkgConfig::JANSSON PkgConfig::PROTOBUF_C PkgConfig::ZLIB elf ${CMAKE_DL_LIBS})
install(TARGETS memlint RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${PROJECT_SOURCE_DIR}/docs/man/memlint.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${PROJECT_SOURCE_DIR}/docs/man/memlint-profile.5 ${PROJECT_SOURCE_DIR}/docs/man/memlint.yaml.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${PROJECT_SOURCE_DIR}/docs/completion/memlint.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME memlint)
install(FILES ${PROJECT_SOURCE_DIR}/docs/completion/_memlint DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${PROJECT_SOURCE_DIR}/docs/completion/memlint.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
