# SPDX-License-Identifier: MIT
# Unit tests of the runtime: its parts in the test's own process, and whole processes that load it.
set(parts os tracing sites blocks stacks)
if(NOT MEMLINT_SANITIZE)
  # Sanitizers bring an allocator of their own; only glibc's blocks are looked for in a thread's leaf.
  list(APPEND parts leaf)
endif()
foreach(part ${parts})
  memlint_unit_test(runtime_${part} SOURCES runtime_${part}.c runtime_here.c runtime_module.c LIBS memlint_core memlint_snapshot
    ENVIRONMENT ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 TSAN_OPTIONS=allocator_may_return_null=1)
  if(TARGET runtime_${part})
    # The calls under test are the compiler's builtins otherwise.
    target_compile_options(runtime_${part} PRIVATE -fno-builtin)
    # What libc allocates for Check itself is none of the tests' business.
    target_link_options(runtime_${part} PRIVATE -Wl,--wrap=rt_patch_objects)
  endif()
endforeach()

if(TARGET runtime_os)
  target_compile_definitions(runtime_os PRIVATE _GNU_SOURCE) # the loader's iteration
endif()
if(TARGET runtime_stacks)
  target_compile_options(runtime_stacks PRIVATE -fno-omit-frame-pointer -fno-optimize-sibling-calls)
endif()

memlint_unit_test(runtime_packed SOURCES runtime_packed.c LIBS memlint_core memlint_snapshot)

# Whole processes have libc's allocator and no sanitizer in them: sizes and ends are looked at.
if(NOT MEMLINT_SANITIZE)
  memlint_unit_test(runtime_process SOURCES runtime_process.c runtime_run.c LIBS memlint_snapshot)
  memlint_unit_test(runtime_graph SOURCES runtime_graph.c runtime_run.c LIBS memlint_snapshot)
endif()
if(TARGET runtime_process)
  add_executable(runtime_guest runtime_guest.c runtime_module.c)
  target_link_libraries(runtime_guest PRIVATE ${CMAKE_DL_LIBS})
  target_compile_options(runtime_guest PRIVATE -fno-builtin)
  set_target_properties(runtime_guest PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  add_dependencies(runtime_process runtime_guest memlint_runtime)
  add_dependencies(runtime_graph runtime_guest memlint_runtime)
  foreach(test runtime_process runtime_graph)
    target_compile_definitions(${test} PRIVATE _GNU_SOURCE
      GUEST_PATH="$<TARGET_FILE:runtime_guest>" RUNTIME_PATH="$<TARGET_FILE:memlint_runtime>")
  endforeach()
  target_compile_definitions(runtime_guest PRIVATE _GNU_SOURCE)
endif()
