# SPDX-License-Identifier: MIT
# cmake -DINPUT=bootstrap.s -DOUTPUT=bootstrap_text.h -P embed.cmake
# The compiler's assembler output as a C string: one COMDAT group for all of it, local labels of our own, notes dropped.
file(READ "${INPUT}" text)
string(REGEX REPLACE "\t\\.section\t\\.note[^\n]*.*" "" text "${text}")
string(REGEX REPLACE "\t\\.(file|ident)[^\n]*\n" "" text "${text}")
string(REGEX REPLACE "\t\\.text\n" "" text "${text}")
string(REGEX REPLACE "\\.section\t\\.text\\.[^\n]*" ".section .text.memlint_v1,\"axG\",@progbits,memlint_v1,comdat" text "${text}")
string(REGEX REPLACE "\\.section\t\\.rodata[^\n]*" ".section .rodata.memlint_v1,\"aG\",@progbits,memlint_v1,comdat" text "${text}")
string(REGEX REPLACE "\\.section\t\\.bss[^\n]*" ".section .bss.memlint_v1,\"awG\",@nobits,memlint_v1,comdat" text "${text}")
string(REGEX REPLACE "\\.L([A-Za-z0-9])" ".Lmemlint_\\1" text "${text}")
if(text MATCHES "\\.section[^\n]*(data\\.rel|\\.cst)")
  message(FATAL_ERROR "the bootstrap got a section that embed.cmake does not know: ${CMAKE_MATCH_0}")
endif()
file(WRITE "${OUTPUT}" "/* Made from bootstrap.cc by embed.cmake. */\nstatic const char bootstrap_text[] = R\"(${text})\";\n")
