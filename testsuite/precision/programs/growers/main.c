/* SPDX-License-Identifier: MIT */
/*
 * A report builder: string buffer, typed arrays, NEW() macros.
 * style: C realloc growers, macros in a header
 */
#include "grow.h"

struct point {
	double x, y, z;
};

struct label {
	short length;
	char text[30];
};

struct shape {
	ARRAY(struct point) points;
	ARRAY(struct label *) labels;
	int id;
};

static struct label *label_new(const char *text)
{
	struct label *label = NEW(struct label); /* bytes: 9*32; count: 9; type: struct label */

	label->length = (short)strlen(text);
	snprintf(label->text, sizeof(label->text), "%s", text);
	return label;
}

static void add_point(struct shape *shape, double x)
{
	struct point point = {x, x * 2, x * 3};

	ARRAY_PUSH(&shape->points, point); /* bytes: 24*(4+8+16); count: 3; type: struct point[] */
}

static void report(struct buffer *out, const struct shape *shape)
{
	buffer_append(out, "shape with "); /* or: buffer */
	for (size_t i = 0; i < shape->labels.n; i++) {
		if (i)
			buffer_append(out, ", ");                 /* or: buffer */
		buffer_append(out, shape->labels.items[i]->text); /* or: buffer */
	}
}

int main(void)
{
	struct shape *shape = NEW(struct shape); /* bytes: 56; count: 1; type: struct shape */
	int *histogram = NEW_N(int, 64);         /* bytes: 256; count: 1; type: int[] */
	struct buffer out = {0};
	int ok;

	for (int i = 0; i < 64; i++)
		histogram[i] = i;
	for (int i = 0; i < 16; i++)
		add_point(shape, i);
	for (int i = 0; i < 9; i++)
		/* bytes: 8*(4+8+16); count: 3; type: struct label *[] */
		ARRAY_PUSH(&shape->labels, label_new("label name"));
	report(&out, shape);
	ok = shape->points.n == 16 && shape->points.items[15].z == 45 && out.used == strlen(out.data) &&
	     histogram[63] == 63;
	for (size_t i = 0; i < shape->labels.n; i++)
		free(shape->labels.items[i]);
	free(shape->labels.items);
	free(shape->points.items);
	free(shape);
	free(histogram);
	free(out.data);
	return ok ? 0 : 1;
}
