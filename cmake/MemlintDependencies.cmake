# SPDX-License-Identifier: MIT
# Finds every library and names all missing packages at once, with the line that installs them.
#
# Targets: memlint::libclang, PkgConfig::{CHECK,SQLITE,ZSTD,ZLIB,JANSSON,CYAML,DW,PROTOBUF_C}
set(MEMLINT_MISSING)
set(MEMLINT_MISSING_TEXT)

function(memlint_missing what package)
  set(MEMLINT_MISSING ${MEMLINT_MISSING} ${package} PARENT_SCOPE)
  set(MEMLINT_MISSING_TEXT "${MEMLINT_MISSING_TEXT}\n  ${what} (${package})" PARENT_SCOPE)
endfunction()

# The plugin's compilers, looked for by MemlintCompilers.
if(NOT MEMLINT_GCC_MAJORS AND NOT MEMLINT_SANITIZE)
  if(CMAKE_C_COMPILER_ID STREQUAL GNU)
    string(REGEX MATCH "^[0-9]+" major ${CMAKE_C_COMPILER_VERSION})
  else()
    set(major 12)
  endif()
  if(major IN_LIST MEMLINT_GCC_WITHOUT_CXX)
    memlint_missing("a C++ compiler of the same version as the C compiler" g++-${major})
  else()
    memlint_missing("plugin headers of a GCC from 11 to 15" gcc-${major}-plugin-dev)
  endif()
endif()

find_package(PkgConfig QUIET)
if(NOT PKG_CONFIG_FOUND)
  memlint_missing("pkg-config" pkg-config)
endif()

# One pkg-config module: the target PkgConfig::<name>, or a line in the list of what is missing.
macro(memlint_module name module package)
  if(PKG_CONFIG_FOUND)
    pkg_check_modules(${name} QUIET IMPORTED_TARGET GLOBAL "${module}")
  endif()
  if(NOT ${name}_FOUND)
    memlint_missing("${module}" ${package})
  endif()
endmacro()

memlint_module(CYAML libcyaml libcyaml-dev)
if(BUILD_TESTING)
  memlint_module(CHECK check check)
endif()
if(MEMLINT_ANALYZER)
  memlint_module(SQLITE sqlite3 libsqlite3-dev)
  memlint_module(ZSTD libzstd libzstd-dev)
  memlint_module(ZLIB zlib zlib1g-dev)
  memlint_module(JANSSON jansson libjansson-dev)
  memlint_module(DW libdw libdw-dev)
  memlint_module(PROTOBUF_C libprotobuf-c libprotobuf-c-dev)
  find_program(PROTOC_C protoc-c)
  if(NOT PROTOC_C)
    memlint_missing("the protobuf compiler for C" protobuf-c-compiler)
  endif()
  find_package(Libclang 19 QUIET)
  if(NOT Libclang_FOUND)
    memlint_missing("libclang 19 or newer" libclang-19-dev)
  endif()
endif()

if(MEMLINT_MISSING)
  list(JOIN MEMLINT_MISSING " " packages)
  message(FATAL_ERROR "memlint needs what is not installed here:${MEMLINT_MISSING_TEXT}\n"
    "On Debian, ./run deps installs it, or:\n    sudo apt-get install ${packages}")
endif()
