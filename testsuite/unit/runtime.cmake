# SPDX-License-Identifier: MIT
# Unit tests of the runtime: its parts in the test's own process, and whole processes that load it.
memlint_unit_test(runtime_tracing SOURCES runtime_tracing.c runtime_module.c LIBS memlint_core memlint_snapshot)
if(TARGET runtime_tracing)
  # The calls under test are the compiler's builtins otherwise.
  target_compile_options(runtime_tracing PRIVATE -fno-builtin)
  # What libc allocates for Check itself is none of the tests' business.
  target_link_options(runtime_tracing PRIVATE -Wl,--wrap=rt_patch_objects)
endif()
