// SPDX-License-Identifier: MIT
/* Looks at a program's ELF file: instrumented, stripped, static, set-user-ID? */
#define _GNU_SOURCE
#include "analyzer/cli/memlint_program.h"

#include "memlint/abi.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static bool is_program(const char *path)
{
	struct stat status;

	if (stat(path, &status) < 0)
		return false;
	if (S_ISDIR(status.st_mode)) {
		errno = EISDIR;
		return false;
	}
	return access(path, X_OK) == 0;
}

bool program_find(const char *name, char *path, unsigned capacity)
{
	const char *list = getenv("PATH");
	int error = ENOENT;

	if (strchr(name, '/')) {
		snprintf(path, capacity, "%s", name);
		return is_program(path);
	}
	for (list = list ? list : "/bin:/usr/bin"; *list;) {
		const size_t length = strcspn(list, ":");

		snprintf(path, capacity, "%.*s/%s", length ? (int)length : 1, length ? list : ".", name);
		if (is_program(path))
			return true;
		if (errno != ENOENT && errno != ENOTDIR)
			error = errno;
		list += length;
		list += *list == ':';
	}
	errno = error;
	return false;
}

/* The units stand one behind the other, with zero bytes between them. */
static void count_units(const Elf_Data *data, struct program_file *file)
{
	const uint8_t *bytes = data->d_buf;
	struct memlint_unit unit;
	size_t at = 0;

	while (bytes && data->d_size - at >= sizeof unit) {
		memcpy(&unit, bytes + at, sizeof unit);
		if (unit.magic != MEMLINT_UNIT_MAGIC || unit.size < sizeof unit || unit.size > data->d_size - at) {
			at += 8;
			if (at > data->d_size)
				return;
			continue;
		}
		if (!file->units)
			file->abi = unit.abi;
		file->units++;
		file->sites += unit.nsites;
		at += unit.size;
	}
}

static void look_at_sections(Elf *elf, struct program_file *file)
{
	Elf_Scn *section = NULL;
	size_t names;
	GElf_Shdr header;

	file->is_stripped = true;
	if (elf_getshdrstrndx(elf, &names) < 0)
		return;
	while ((section = elf_nextscn(elf, section)) && gelf_getshdr(section, &header)) {
		const char *name = elf_strptr(elf, names, header.sh_name);

		if (header.sh_type == SHT_SYMTAB)
			file->is_stripped = false;
		if (name && !strcmp(name, ".debug_info"))
			file->has_debug_info = true;
		if (name && !strcmp(name, MEMLINT_UNITS_SECTION)) {
			Elf_Data *data = elf_getdata(section, NULL);

			file->is_instrumented = true;
			if (data)
				count_units(data, file);
		}
	}
}

static void look_at_segments(Elf *elf, struct program_file *file)
{
	size_t n = 0;
	GElf_Phdr header;

	file->is_static = true;
	if (elf_getphdrnum(elf, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		if (gelf_getphdr(elf, (int)i, &header) && header.p_type == PT_INTERP)
			file->is_static = false;
}

static void look_at_elf(int fd, struct program_file *file)
{
	GElf_Ehdr header;

	elf_version(EV_CURRENT);
	Elf *elf = elf_begin(fd, ELF_C_READ, NULL);

	if (elf && elf_kind(elf) == ELF_K_ELF && gelf_getehdr(elf, &header)) {
		file->is_elf = true;
		file->is_64 = header.e_ident[EI_CLASS] == ELFCLASS64;
		file->is_x86_64 = header.e_machine == EM_X86_64;
		look_at_sections(elf, file);
		look_at_segments(elf, file);
	}
	elf_end(elf);
}

static void look_at_script(int fd, struct program_file *file)
{
	char line[sizeof file->interpreter];
	const ssize_t n = pread(fd, line, sizeof line - 1, 0);

	if (n < 3 || line[0] != '#' || line[1] != '!')
		return;
	line[n] = 0;
	line[strcspn(line, "\n")] = 0;
	file->is_script = true;
	snprintf(file->interpreter, sizeof file->interpreter, "%s", line + 2 + strspn(line + 2, " "));
}

bool program_inspect(const char *path, struct program_file *file)
{
	struct stat status;
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	*file = (struct program_file){0};
	if (fd < 0)
		return false;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		file->is_executable = (status.st_mode & 0111) != 0;
		file->is_setuid = (status.st_mode & (S_ISUID | S_ISGID)) != 0 ||
		                  fgetxattr(fd, "security.capability", NULL, 0) > 0;
		look_at_elf(fd, file);
		look_at_script(fd, file);
	}
	close(fd);
	return true;
}
