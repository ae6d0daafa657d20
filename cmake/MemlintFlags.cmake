# SPDX-License-Identifier: MIT
# Warnings, hardening and sanitizers for everything that is built here.
add_compile_options(-Wall -Wextra -Wconversion -Wsign-conversion)
add_compile_options($<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes> $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>)
if(MEMLINT_WERROR)
  add_compile_options(-Werror)
endif()
# No machine's paths in what is installed.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
include_directories(${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/runtime/include)

if(MEMLINT_SANITIZE)
  add_compile_options(-fsanitize=${MEMLINT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MEMLINT_SANITIZE})
endif()
