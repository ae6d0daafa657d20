// SPDX-License-Identifier: MIT
/* Packed layouts, written at length. Calls nothing: a profile may be written while the program is in any state. */
#include "runtime/layout.h"

#include <stdint.h>
#include <string.h>

struct text {
	char *at;
	size_t length, room;
};

struct span {
	const char *at;
	size_t length;
};

/* One field as the profile has it. */
struct field {
	struct span name, type;
	uint64_t offset, size, count;
	char flags[8];
};

static const struct builtin {
	char letter;
	uint16_t bits;
	const char *name;
} builtins[] = {
#define LAYOUT_TYPE(letter, bits, name) {letter, bits, name},
#include "memlint/layout_types.def"
};

uint64_t rt_layout_hash(const char *bytes, size_t length)
{
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 1099511628211u;
	return hash ? hash : 1;
}

static void put(struct text *text, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++, text->length++)
		if (text->length + 1 < text->room)
			text->at[text->length] = bytes[i];
}

static void put_string(struct text *text, const char *string)
{
	put(text, string, strlen(string));
}

static void put_number(struct text *text, uint64_t number, const char *then)
{
	char digits[20];
	size_t n = sizeof digits;

	do
		digits[--n] = (char)('0' + number % 10);
	while (number /= 10);
	put(text, digits + n, sizeof digits - n);
	put_string(text, then);
}

static const struct builtin *builtin_of(char letter)
{
	for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
		if (builtins[i].letter == letter)
			return builtins + i;
	return NULL;
}

/* In the layout of @self. */
static void put_type(struct text *text, struct span type, struct span self)
{
	const struct builtin *builtin = type.length == 2 && *type.at == '\'' ? builtin_of(type.at[1]) : NULL;

	if (type.length == 1 && *type.at == '&')
		type = self;
	if (!type.length) {
		put_string(text, "(unnamed)");
	} else if (builtin) {
		put_string(text, builtin->name);
	} else if (strchr(".!%", *type.at)) {
		put_string(text, *type.at == '.' ? "struct " : *type.at == '!' ? "union " : "enum ");
		put(text, type.at + 1, type.length - 1);
	} else {
		put(text, type.at, type.length);
	}
}

static void put_field(struct text *text, const struct field *field, struct span self)
{
	put_number(text, field->offset, "\t");
	put_number(text, field->size, "\t");
	put(text, field->name.at, field->name.length);
	put_string(text, "\t");
	put_type(text, field->type, self);
	put_string(text, "\t");
	put_string(text, field->flags);
	put_string(text, "\t");
	put_number(text, field->count, "\n");
}

/* Everything up to the line's end; *@at moves behind that. */
static struct span take_line(const char **at)
{
	const struct span rest = {*at, strcspn(*at, "\n")};

	*at += rest.length + ((*at)[rest.length] == '\n');
	return rest;
}

static int take_number(const char **at, uint64_t *number)
{
	const char *start = *at;

	for (*number = 0; **at >= '0' && **at <= '9' && *number < UINT64_MAX / 16; ++*at)
		*number = *number * 10 + (uint64_t)(**at - '0');
	return *at != start ? 0 : -1;
}

static void flag(struct field *field, char letter)
{
	const size_t n = strlen(field->flags);

	if (n + 1 < sizeof field->flags)
		field->flags[n] = letter;
}

/* A size and the type; or one letter for both, unless the size is known. */
static int take_scalar(const char **at, struct field *field, int sized)
{
	const struct builtin *builtin = builtin_of(**at);

	if (builtin) {
		field->type = (struct span){builtin->name, strlen(builtin->name)};
		if (!sized)
			field->size = builtin->bits;
		++*at;
		return take_line(at).length ? -1 : 0;
	}
	if ((!sized && take_number(at, &field->size)) || *(*at)++ != ' ')
		return -1;
	field->type = take_line(at);
	return 0;
}

/* What a field's or an element's mark begins. */
static int take_kind(const char **at, struct field *field)
{
	switch (*(*at)++) {
	case '*':
		flag(field, 'p');
		field->size = 8 * sizeof(void *);
		field->type = take_line(at);
		return 0;
	case '-':
		flag(field, 'p');
		return take_scalar(at, field, 0) ? -1 : (field->size = 8 * sizeof(void *), 0);
	case '^':
		flag(field, 'v');
		field->size = 8 * sizeof(void *);
		field->type = (struct span){"function *", sizeof "function *" - 1};
		return take_line(at).length ? -1 : 0;
	case '=':
		return take_scalar(at, field, 0);
	case ':':
		flag(field, 'b');
		return take_number(at, &field->size) ? -1 : take_scalar(at, field, 1);
	case '<':
		flag(field, 's');
		/* fall through */
	case '{':
		flag(field, 'r');
		if (take_number(at, &field->size) || *(*at)++ != ' ')
			return -1;
		field->type = take_line(at);
		return 0;
	default:
		return -1;
	}
}

/* *field holds the one before it (at first zeros). */
static int take_field(const char **at, struct field *field)
{
	const uint64_t before = field->offset, end = before + field->size;
	const int after_member = field->flags[0] == 'u';

	*field = (struct field){.name = {*at, strcspn(*at, "@/|*-^=:<{[~\n")}, .offset = end};
	*at += field->name.length;
	const int placed = **at == '@' || **at == '/';

	if (**at == '/') {
		++*at;
		field->offset = (end + 63) / 64 * 64;
	} else if (placed) {
		++*at;
		if (take_number(at, &field->offset) || *(*at)++ != ';')
			return -1;
	}
	if (**at == '|') {
		++*at;
		flag(field, 'u');
		if (after_member && !placed)
			field->offset = before;
	}
	if (**at == '~') {
		++*at;
		flag(field, 'm');
		flag(field, 'a');
		if (take_kind(at, field))
			return -1;
		field->size = 0;
		return 0;
	}
	if (**at != '[')
		return take_kind(at, field);
	++*at;
	flag(field, 'a');
	if (take_number(at, &field->count) || take_kind(at, field))
		return -1;
	return __builtin_mul_overflow(field->size, field->count, &field->size) ? -1 : 0;
}

/* "type TAB [u|c] bytes [/ alignment]" */
static int take_record(const char **at, struct span *name, struct text *text)
{
	const struct span type = {*at, strcspn(*at, "\t\n")};
	uint64_t bytes, alignment = 8;
	const char *kind = "struct";

	*at += type.length;
	if (*(*at)++ != '\t')
		return -1;
	if (**at == 'u' || **at == 'c')
		kind = *(*at)++ == 'u' ? "union" : "class";
	if (take_number(at, &bytes) || (**at == '/' && (++*at, take_number(at, &alignment))) || take_line(at).length)
		return -1;
	*name = type;
	put_type(text, type, type);
	put_string(text, "\t");
	put_number(text, bytes, "\t");
	put_number(text, alignment, "\t");
	put_string(text, kind);
	put_string(text, "\n");
	return 0;
}

size_t rt_layout_unpack(const char *packed, char *buffer, size_t room)
{
	struct text text = {buffer, 0, room};
	struct field field = {0};
	struct span self;

	if (take_record(&packed, &self, &text))
		return 0;
	while (*packed) {
		if (take_field(&packed, &field))
			return 0;
		put_field(&text, &field, self);
	}
	if (room)
		buffer[text.length < room ? text.length : room - 1] = 0;
	return text.length;
}

size_t rt_layout_head(const char *packed, uint64_t *bytes, char *buffer, size_t room)
{
	struct text text = {buffer, 0, room};
	const struct span type = {packed, strcspn(packed, "\t\n")};

	packed += type.length;
	if (*packed++ != '\t')
		return 0;
	packed += *packed == 'u' || *packed == 'c';
	if (take_number(&packed, bytes))
		return 0;
	put_type(&text, type, type);
	if (room)
		buffer[text.length < room ? text.length : room - 1] = 0;
	return text.length;
}

uint64_t rt_layout_each_field(const char *packed, rt_layout_visit *visit, void *context)
{
	struct field field = {0};
	uint64_t bytes;

	if (!rt_layout_head(packed, &bytes, NULL, 0))
		return 0;
	for (take_line(&packed); *packed;) {
		if (take_field(&packed, &field))
			return 0;
		const struct rt_layout_field given = {.offset = field.offset,
		                                      .size = field.size,
		                                      .count = field.count,
		                                      .flags = field.flags,
		                                      .type = field.type.at,
		                                      .length = field.type.length};

		visit(&given, context);
	}
	return bytes;
}

void rt_layout_parts(struct rt_layout_parts *parts, const char *packed)
{
	*parts = (struct rt_layout_parts){.at = packed};
	take_line(&parts->at);
}

int rt_layout_next_part(struct rt_layout_parts *parts)
{
	struct field field = {0};

	while (*parts->at && !take_field(&parts->at, &field)) {
		if (!strchr(field.flags, 'r'))
			continue;
		parts->type = field.type.at;
		parts->length = field.type.length;
		return 1;
	}
	return 0;
}

const char *rt_layout_kept(const char *packed, size_t *length)
{
	static const char *const buffers[] = {"__gnu_cxx::__aligned_membuf<", "__gnu_cxx::__aligned_buffer<"};

	for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) {
		const char *type = packed + strlen(buffers[i]);
		size_t size;

		if (strncmp(packed, buffers[i], strlen(buffers[i])))
			continue;
		/* "> >" is written with a space between. */
		size = strcspn(type, "\t\n");
		size -= size > 0;
		*length = size && type[size - 1] == ' ' ? size - 1 : size;
		return type;
	}
	return NULL;
}
