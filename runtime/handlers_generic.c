// SPDX-License-Identifier: MIT
/* Handlers for any other malloc: jemalloc, mimalloc, a sanitizer's, valgrind's. */
#include "runtime/frames.h"
#include "runtime/handlers.h"
#include "runtime/note.h"
#include "runtime/shadow.h"

#include <string.h>

#define HANDLER(name) rt_generic_##name
#define HANDLER_GLIBC 0
#include "runtime/handlers.inc"
