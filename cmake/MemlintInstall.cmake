# SPDX-License-Identifier: MIT
# What is installed: plugin and runtime side by side in the library folder, tools, headers, pkg-config and CMake packages,
# and the links by which `gcc -fplugin=memlint.so` finds the plugin without a path.
include(CMakePackageConfigHelpers)

option(MEMLINT_INSTALL_GCC_LINKS
  "Where root installs into /usr or /usr/local, link the plugin into GCC's and the loader's own folders" ON)

foreach(target memlint-shim ${MEMLINT_GCC_MAJORS})
  if(NOT TARGET ${target})
    set(target memlint-${target})
  endif()
  if(TARGET ${target})
    install(TARGETS ${target} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  endif()
endforeach()
install(DIRECTORY runtime/include/memlint DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
install(FILES LICENSE LICENSE-GPL.md README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

configure_file(cmake/memlint.pc.in ${PROJECT_BINARY_DIR}/memlint.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/memlint.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/memlint)
configure_package_config_file(cmake/memlint-config.cmake.in ${PROJECT_BINARY_DIR}/memlint-config.cmake
  INSTALL_DESTINATION ${package_dir} PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/memlint-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/memlint-config.cmake ${PROJECT_BINARY_DIR}/memlint-config-version.cmake
  DESTINATION ${package_dir})

set(MEMLINT_GCC_PLUGIN_DIRS)
foreach(major IN LISTS MEMLINT_GCC_MAJORS)
  list(APPEND MEMLINT_GCC_PLUGIN_DIRS ${MEMLINT_GCC_${major}_PLUGIN_DIR})
endforeach()
configure_file(cmake/install-links.cmake.in ${PROJECT_BINARY_DIR}/install-links.cmake @ONLY)
install(SCRIPT ${PROJECT_BINARY_DIR}/install-links.cmake)
