# SPDX-License-Identifier: MIT
# What is installed besides each room's own targets: headers.
install(DIRECTORY runtime/include/memlint DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
