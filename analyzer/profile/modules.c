// SPDX-License-Identifier: MIT
/* Opens modules' files. */
#include "analyzer/profile/modules.h"

#include <string.h>
#include <unistd.h>

static int same_build_id(Dwfl_Module *module, const struct snapshot_module *recorded)
{
	const unsigned char *id;
	GElf_Addr address;
	const int size = dwfl_module_build_id(module, &id, &address);

	if (!recorded->build_id_size || size <= 0)
		return 1;
	return (size_t)size == recorded->build_id_size && !memcmp(id, recorded->build_id, (size_t)size);
}

void module_file_open(struct module_file *file, const struct snapshot_module *recorded)
{
	/* The standard search would ask a debuginfod server. */
	static char *search_path;
	static const Dwfl_Callbacks callbacks = {
	        .find_elf = dwfl_build_id_find_elf,
	        .find_debuginfo = dwfl_build_id_find_debuginfo,
	        .section_address = dwfl_offline_section_address,
	        .debuginfo_path = &search_path,
	};

	*file = (struct module_file){0};
	if (recorded->path[0] != '/' || access(recorded->path, R_OK) < 0)
		return;
	file->dwfl = dwfl_begin(&callbacks);
	if (!file->dwfl)
		return;
	dwfl_report_begin(file->dwfl);
	file->module = dwfl_report_offline(file->dwfl, recorded->path, recorded->path, -1);
	dwfl_report_end(file->dwfl, NULL, NULL);
	if (file->module && dwfl_module_getelf(file->module, &file->bias) && same_build_id(file->module, recorded))
		return;
	file->module = NULL;
}

void module_file_release(struct module_file *file)
{
	dwfl_end(file->dwfl);
	*file = (struct module_file){0};
}
