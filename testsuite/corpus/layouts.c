// SPDX-License-Identifier: MIT
/* Prints the layouts that the plugin put into a program, one line each: name, bytes, bits of padding. layouts PROGRAM */
#include "analyzer/profile/layout.h"
#include "runtime/coded.h"
#include "runtime/layout.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static Elf_Data *find_section(Elf *elf, const char *wanted)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return NULL;
	while ((section = elf_nextscn(elf, section))) {
		const char *name = gelf_getshdr(section, &header) ? elf_strptr(elf, names, header.sh_name) : NULL;

		if (name && !strcmp(name, wanted))
			return elf_getdata(section, NULL);
	}
	return NULL;
}

static const char *read_text(const char *coded)
{
	static char text[1 << 20];
	const size_t size = strlen(coded), length = rt_coded_length(coded, size);

	if (length >= sizeof text)
		return "";
	rt_coded_read(coded, size, text);
	text[length] = 0;
	return text;
}

static int print_layout(const char *packed, struct arena *arena)
{
	static char text[1 << 20];
	struct layout layout;

	if (rt_layout_unpack(packed, text, sizeof text) - 1 >= sizeof text - 1 ||
	    layout_parse(&layout, text, arena) < 0) {
		fprintf(stderr, "layouts: not a layout: %s\n", packed);
		return 1;
	}
	printf("%s\t%llu\t%llu\n", layout.name, (unsigned long long)layout.size, (unsigned long long)layout.padding);
	return 0;
}

int main(int argc, char **argv)
{
	struct arena arena = {0};
	int failed = 0;

	if (argc != 2)
		return fputs("usage: layouts PROGRAM\n", stderr), 2;
	elf_version(EV_CURRENT);
	const int fd = open(argv[1], O_RDONLY);
	Elf *elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ, NULL);
	const Elf_Data *data = elf ? find_section(elf, "memlint_types") : NULL;

	if (!data) {
		fprintf(stderr, "layouts: %s: no layouts in it\n", argv[1]);
		return 2;
	}
	for (const char *at = data->d_buf, *end = at + data->d_size; at < end; at += strlen(at) + 1) {
		const char *text = *at ? read_text(at + 1) : "";

		if (strchr(text, '\t')) /* else it is a folder */
			failed |= print_layout(text, &arena);
	}
	arena_clear(&arena);
	elf_end(elf);
	close(fd);
	return failed;
}
