// SPDX-License-Identifier: MIT
/* Placing the fields of a record as the compiler does. */
#include "rules/struct_padding_layout.h"

static uint64_t align_up(uint64_t value, uint64_t align)
{
	return align > 1 ? (value + align - 1) / align * align : value;
}

uint32_t layout_field_align(const struct layout *layout, const struct layout_field *field)
{
	const uint32_t align = field->align ? field->align : 1;

	return layout->pack && align > layout->pack && !(field->flags & LAYOUT_EXPLICIT) ? layout->pack : align;
}

/* The bit where the field begins, when @end bits are taken. */
static uint64_t place_field(const struct layout_field *field, uint32_t align, uint64_t end)
{
	if (!(field->flags & LAYOUT_BIT))
		return align_up(align_up(end, 8), (uint64_t)align * 8);

	const uint64_t unit = field->size * 8, align_bits = (uint64_t)align * 8;

	if (!field->width || end % align_bits + field->width > unit)
		return align_up(end, align_bits);
	return end;
}

static uint64_t width_of(const struct layout_field *field)
{
	return field->flags & LAYOUT_BIT ? field->width : field->size * 8;
}

uint64_t layout_place_one(const struct layout *layout, const struct layout_field *field, uint64_t end)
{
	return place_field(field, layout_field_align(layout, field), end) + width_of(field);
}

uint32_t layout_align(const struct layout *layout)
{
	uint32_t result = layout->align ? layout->align : 1;

	for (uint32_t i = 0; i < layout->nfields; i++) {
		const uint32_t align = layout_field_align(layout, &layout->fields[i]);

		if (!(layout->fields[i].flags & LAYOUT_UNNAMED) && align > result)
			result = align;
	}
	return result;
}

uint64_t layout_place(const struct layout *layout, const uint32_t *order, uint64_t *offsets)
{
	uint64_t end = layout->start * 8;

	for (uint32_t i = 0; i < layout->nfields; i++) {
		const uint32_t index = order ? order[i] : i;
		const struct layout_field *field = &layout->fields[index];

		end = layout_place_one(layout, field, end);
		if (offsets)
			offsets[index] = end - width_of(field);
	}
	return align_up(align_up(end, 8) / 8, layout_align(layout));
}

bool layout_is_glued(const struct layout *layout)
{
	for (uint32_t i = 0; i < layout->nfields; i++) {
		if (layout->fields[i].flags & LAYOUT_GLUED)
			return true;
	}
	return false;
}

struct layout layout_loosen(const struct layout *layout, struct arena *arena)
{
	struct layout_field *fields = arena_array(arena, layout->nfields + 1, struct layout_field);
	struct layout loose = *layout;

	for (uint32_t i = 0; i < layout->nfields; i++) {
		fields[i] = layout->fields[i];
		fields[i].flags &= ~(uint32_t)LAYOUT_GLUED;
	}
	loose.fields = fields;
	return loose;
}
