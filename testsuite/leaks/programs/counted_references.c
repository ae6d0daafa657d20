// SPDX-License-Identifier: MIT
/* Two objects that count their users and use each other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct object {
	int refcount;
	struct object *peer;
	char *label;
};

static struct object *object_new(const char *label)
{
	struct object *object = calloc(1, sizeof *object);

	object->refcount = 1;
	object->label = strdup(label);
	return object;
}

static struct object *object_ref(struct object *object)
{
	object->refcount++;
	return object;
}

static void object_unref(struct object *object)
{
	if (--object->refcount)
		return;
	if (object->peer)
		object_unref(object->peer);
	free(object->label);
	free(object);
}

static struct object *window, *button;

int main(void)
{
	window = object_new("window");
	button = object_new("button");
	window->peer = object_ref(button);
	button->peer = object_ref(window);
	object_unref(window);
	object_unref(button);
	window = button = NULL;
	return 0;
}
