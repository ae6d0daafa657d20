// SPDX-License-Identifier: MIT
/* Handlers for glibc's malloc: sizes come from chunk headers, granules are 32 bytes. */
#include "runtime/count.h"
#include "runtime/frames.h"
#include "runtime/handlers.h"
#include "runtime/note.h"
#include "runtime/quick.h"
#include "runtime/shadow.h"
#include "runtime/stacks.h"

#include <string.h>

#define HANDLER(name) rt_glibc_##name
#define HANDLER_GLIBC 1
#include "runtime/handlers.inc"
