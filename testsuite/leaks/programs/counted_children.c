// SPDX-License-Identifier: MIT
/* Objects with a count in the record they begin with hold each other through lists of children. */
#include <stdlib.h>

struct object {
	int kind;
	int refcount;
};

struct child {
	struct child *next;
	struct object *object;
};

struct widget {
	struct object base;
	struct child *children;
};

static struct widget *widget_new(void)
{
	struct widget *widget = calloc(1, sizeof *widget);

	widget->base.refcount = 1;
	return widget;
}

static void widget_add(struct widget *widget, struct widget *other)
{
	struct child *child = malloc(sizeof *child);

	other->base.refcount++;
	child->object = &other->base;
	child->next = widget->children;
	widget->children = child;
}

static void widget_unref(struct widget *widget)
{
	struct child *next;

	if (--widget->base.refcount)
		return;
	for (struct child *child = widget->children; child; child = next) {
		next = child->next;
		widget_unref((struct widget *)child->object);
		free(child);
	}
	free(widget);
}

static struct widget *panel, *button, *label;

int main(void)
{
	panel = widget_new();
	button = widget_new();
	label = widget_new();
	widget_add(panel, label);
	widget_add(panel, button);
	widget_add(button, panel);
	widget_unref(panel);
	widget_unref(button);
	widget_unref(label);
	panel = button = label = NULL;
	return 0;
}
