// SPDX-License-Identifier: MIT
/* What an allocator sets aside for a block: size classes as measured, see allocator_classes.def. */
#include "rules/allocators.h"

#include <string.h>

enum { MOST = 72 };

struct allocator {
	const char *name;
	uint64_t header, minimum, step;
	uint64_t sizes[MOST]; /* ends with 0 */
};

static const struct allocator allocators[] = {
#define CLASSES(name, header, minimum, step, ...) {name, header, minimum, step, {__VA_ARGS__}},
#include "rules/allocator_classes.def"
#undef CLASSES
};

uint64_t allocator_block_size(const char *name, uint64_t size)
{
	const struct allocator *allocator = NULL;

	for (size_t i = 0; i < sizeof allocators / sizeof *allocators; i++) {
		if (strcmp(allocators[i].name, name) == 0)
			allocator = &allocators[i];
	}
	if (!allocator)
		return 0;
	size += allocator->header;
	for (size_t i = 0; i < MOST && allocator->sizes[i]; i++) {
		if (size <= allocator->sizes[i])
			return allocator->sizes[i];
	}
	const uint64_t block = (size + allocator->step - 1) / allocator->step * allocator->step;

	return block > allocator->minimum ? block : allocator->minimum;
}
