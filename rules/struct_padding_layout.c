// SPDX-License-Identifier: MIT
/* Placing the fields of a record as the compiler does. */
#include "rules/struct_padding_layout.h"

static uint64_t align_up(uint64_t value, uint64_t align)
{
	return align > 1 ? (value + align - 1) / align * align : value;
}

static uint32_t effective_align(const struct layout *layout, const struct layout_field *field)
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

uint64_t layout_place(const struct layout *layout, const uint32_t *order, uint64_t *offsets)
{
	uint64_t end = layout->start * 8;
	uint32_t record_align = layout->align ? layout->align : 1;

	for (uint32_t i = 0; i < layout->nfields; i++) {
		const uint32_t index = order ? order[i] : i;
		const struct layout_field *field = &layout->fields[index];
		const uint32_t align = effective_align(layout, field);
		const uint64_t at = place_field(field, align, end);

		if (offsets)
			offsets[index] = at;
		end = at + (field->flags & LAYOUT_BIT ? field->width : field->size * 8);
		if (!(field->flags & LAYOUT_UNNAMED) && align > record_align)
			record_align = align;
	}
	return align_up(align_up(end, 8) / 8, record_align);
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
