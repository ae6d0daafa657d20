// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The plugin's part of .memlint.yaml, found upwards from the source. The reader is a module of its own, loaded only where there
 * is such a file: other compilations need nothing but the plugin.
 */
#include "gcc/compat.h"

#include "config/config_file.h"
#include "instrument.h"

#include <dlfcn.h>
#include <libgen.h>

/* The front end's preprocessor, which writes dependency files; absent from lto1. */
class mkdeps;
struct cpp_reader;
extern cpp_reader *parse_in __attribute__((weak));
extern mkdeps *cpp_get_deps(cpp_reader *) __attribute__((weak));
extern void deps_add_dep(mkdeps *, const char *) __attribute__((weak));

struct config_module {
	decltype(&config_file_read) read;
	decltype(&config_file_free) free;
	decltype(&config_file_line_of) line_of;
};

/* A file means nothing to most compilations: the search is done here, the module not yet loaded. */
static std::string find_file(const char *source)
{
	char real[PATH_MAX];

	if (!source || !realpath(source, real))
		if (!getcwd(real, sizeof(real) - 2) || !strcat(real, "/-"))
			return "";
	for (std::string path = real; !path.empty();) {
		path.erase(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
		const std::string file = path + "/.memlint.yaml";

		if (access(file.c_str(), F_OK) == 0)
			return file;
	}
	return "";
}

static bool load_module(config_module *module)
{
	const std::string path = own_folder() + CONFIG_FILE_MODULE;
	void *handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);

	if (!handle)
		return false;
	module->read = reinterpret_cast<decltype(module->read)>(dlsym(handle, "config_file_read"));
	module->free = reinterpret_cast<decltype(module->free)>(dlsym(handle, "config_file_free"));
	module->line_of = reinterpret_cast<decltype(module->line_of)>(dlsym(handle, "config_file_line_of"));
	return module->read && module->free && module->line_of;
}

/* Says what is wrong with @text in the file. */
static void complain(const config_module &module, const std::string &path, const char *text, const char *what)
{
	error_at(UNKNOWN_LOCATION, "memlint: %s:%lu: %qs %s", path.c_str(), module.line_of(path.c_str(), text), text, what);
}

static void take_names(const config_module &module, const std::string &path, char **names, unsigned count,
		       std::set<std::string> *into, const std::set<std::string> &others)
{
	for (unsigned i = 0; i < count; i++) {
		if (!is_identifier(names[i]))
			complain(module, path, names[i], "is not a function's name");
		else if (!others.count(names[i])) /* the command line wins */
			into->insert(names[i]);
	}
}

static bool is_argument_number(const uint32_t *number)
{
	return !number || (*number >= 1 && *number <= 9);
}

static void take_allocator(const config_module &module, const std::string &path, const config_file_allocator &from)
{
	user_allocator allocator;

	for (const char *name : {from.name, from.release, from.reset})
		if (name && !is_identifier(name)) {
			complain(module, path, name, "is not a function's name");
			return;
		}
	if (!from.name && !from.release && !from.reset) {
		complain(module, path, "allocators", "has an entry without name, free or reset");
		return;
	}
	if (from.name && !from.size) {
		complain(module, path, from.name, "needs size: the number of the argument that holds it");
		return;
	}
	if (!is_argument_number(from.size) || !is_argument_number(from.count) || !is_argument_number(from.pool)) {
		complain(module, path, from.name ? from.name : "allocators", "has an argument number that is not 1 to 9");
		return;
	}
	allocator.name = from.name ? from.name : "";
	allocator.size = from.size ? *from.size : 0;
	allocator.count = from.count ? *from.count : 0;
	allocator.pool = from.pool ? *from.pool : 0;
	allocator.release = from.release ? from.release : "";
	allocator.reset = from.reset ? from.reset : "";
	options.allocators.push_back(allocator);
}

static void take(const config_module &module, const std::string &path, const config_file_plugin &from)
{
	const std::set<std::string> wrappers = options.wrappers, no_wrappers = options.no_wrappers;

	for (unsigned i = 0; i < from.allocators_count; i++)
		take_allocator(module, path, from.allocators[i]);
	take_names(module, path, from.wrappers, from.wrappers_count, &options.wrappers, no_wrappers);
	take_names(module, path, from.no_wrappers, from.no_wrappers_count, &options.no_wrappers, wrappers);
	for (unsigned i = 0; i < from.profile_count; i++)
		options.profiles.push_back(from.profile[i]);
	options.frames |= from.frames && *from.frames;
}

/* make and ninja compile again when the file changes. */
static void add_dependency(const std::string &path)
{
	mkdeps *dependencies = &parse_in && parse_in && cpp_get_deps ? cpp_get_deps(parse_in) : nullptr;

	if (dependencies && deps_add_dep)
		deps_add_dep(dependencies, path.c_str());
}

void read_config_file()
{
	const std::string path = find_file(main_input_filename);
	config_complaint complaint = {};
	config_module module = {};

	if (path.empty())
		return;
	add_dependency(path);
	if (!load_module(&module)) {
		error_at(UNKNOWN_LOCATION, "memlint: cannot read %s: %s", path.c_str(), dlerror());
		return;
	}
	config_file *file = module.read(path.c_str(), &complaint);

	if (!file && complaint.line)
		error_at(UNKNOWN_LOCATION, "memlint: %s:%lu: %s", path.c_str(), complaint.line, complaint.what);
	else if (!file)
		error_at(UNKNOWN_LOCATION, "memlint: %s: %s", path.c_str(), complaint.what);
	if (file && file->plugin)
		take(module, path, *file->plugin);
	if (file)
		module.free(file);
}
