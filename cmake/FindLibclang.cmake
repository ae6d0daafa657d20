# SPDX-License-Identifier: MIT
# Finds libclang and its version: Debian's package has no .pc file, and its CMake package needs a whole LLVM.
#
# Libclang_FOUND, Libclang_VERSION, Libclang_RESOURCE_DIR (the compiler's own headers, may be empty), memlint::libclang
set(candidates)
foreach(major RANGE 30 19 -1)
  list(APPEND candidates /usr/lib/llvm-${major} /usr/local/lib/llvm-${major} /opt/llvm-${major})
endforeach()
find_path(Libclang_INCLUDE_DIR clang-c/Index.h HINTS $ENV{LLVM_ROOT} ${LLVM_ROOT} PATHS ${candidates} PATH_SUFFIXES include)
if(Libclang_INCLUDE_DIR)
  cmake_path(GET Libclang_INCLUDE_DIR PARENT_PATH Libclang_ROOT)
  # The unversioned name is the last to try: it may be another version's.
  find_library(Libclang_LIBRARY NAMES clang HINTS ${Libclang_ROOT}/lib ${Libclang_ROOT}/lib64 NO_DEFAULT_PATH)
  find_library(Libclang_LIBRARY NAMES clang)
  if(EXISTS ${Libclang_ROOT}/include/llvm/Config/llvm-config.h)
    file(STRINGS ${Libclang_ROOT}/include/llvm/Config/llvm-config.h text REGEX "LLVM_VERSION_STRING")
    string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" Libclang_VERSION "${text}")
  endif()
  if(NOT Libclang_VERSION)
    file(GLOB dirs ${Libclang_ROOT}/lib/clang/*)
    list(SORT dirs COMPARE NATURAL ORDER DESCENDING)
    if(dirs)
      list(GET dirs 0 dir)
      cmake_path(GET dir FILENAME Libclang_VERSION)
    elseif(Libclang_ROOT MATCHES "llvm-([0-9]+)$")
      set(Libclang_VERSION ${CMAKE_MATCH_1})
    endif()
  endif()
  string(REGEX MATCH "^[0-9]+" major "${Libclang_VERSION}")
  find_path(Libclang_RESOURCE_DIR include/stddef.h
    PATHS ${Libclang_ROOT}/lib/clang/${Libclang_VERSION} ${Libclang_ROOT}/lib/clang/${major} NO_DEFAULT_PATH)
endif()
mark_as_advanced(Libclang_INCLUDE_DIR Libclang_LIBRARY Libclang_RESOURCE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Libclang REQUIRED_VARS Libclang_LIBRARY Libclang_INCLUDE_DIR VERSION_VAR Libclang_VERSION)
if(Libclang_FOUND AND NOT TARGET memlint::libclang)
  add_library(memlint::libclang UNKNOWN IMPORTED GLOBAL)
  set_target_properties(memlint::libclang PROPERTIES IMPORTED_LOCATION ${Libclang_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${Libclang_INCLUDE_DIR})
endif()
