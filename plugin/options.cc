// SPDX-License-Identifier: GPL-3.0-or-later
/* The plugin's options. */
#include "gcc/compat.h"

#include "instrument.h"

#include <dlfcn.h>
#include <limits.h>

plugin_options options;

static const char known_options[] = "allocator=NAME:size=N[:count=N][:pool=N][:free=NAME][:reset=NAME], "
				    "wrapper=NAME, no-wrapper=NAME, profile=GLOB, frames, verbose";

bool is_identifier(const std::string &name)
{
	for (const char c : name)
		if (!ISALNUM(c) && c != '_' && c != '$' && c != '.')
			return false;
	return !name.empty() && !ISDIGIT(name[0]);
}

static bool parse_argument_number(const std::string &text, unsigned *number)
{
	if (text.size() != 1 || text[0] < '1' || text[0] > '9')
		return false;
	*number = unsigned(text[0] - '0');
	return true;
}

/* NAME:size=N[:count=N][:pool=N][:free=NAME][:reset=NAME] */
static bool parse_allocator(const std::string &text)
{
	user_allocator allocator;
	size_t start = text.find(':');

	allocator.name = text.substr(0, start);
	while (start != std::string::npos) {
		const size_t next = text.find(':', start + 1);
		const std::string part = text.substr(start + 1, next == std::string::npos ? next : next - start - 1);
		bool good = false;

		if (part.compare(0, 5, "size=") == 0)
			good = parse_argument_number(part.substr(5), &allocator.size);
		else if (part.compare(0, 6, "count=") == 0)
			good = parse_argument_number(part.substr(6), &allocator.count);
		else if (part.compare(0, 5, "pool=") == 0)
			good = parse_argument_number(part.substr(5), &allocator.pool);
		else if (part.compare(0, 5, "free=") == 0)
			good = is_identifier(allocator.release = part.substr(5));
		else if (part.compare(0, 6, "reset=") == 0)
			good = is_identifier(allocator.reset = part.substr(6));
		if (!good)
			return false;
		start = next;
	}
	if (!is_identifier(allocator.name) || !allocator.size)
		return false;
	options.allocators.push_back(allocator);
	return true;
}

static bool parse_name(const char *text, std::set<std::string> *names)
{
	if (!text || !is_identifier(text))
		return false;
	names->insert(text);
	return true;
}

static bool parse_option(const char *key, const char *value, bool *known)
{
	*known = true;
	if (!strcmp(key, "allocator"))
		return value && parse_allocator(value);
	if (!strcmp(key, "wrapper"))
		return parse_name(value, &options.wrappers);
	if (!strcmp(key, "no-wrapper"))
		return parse_name(value, &options.no_wrappers);
	if (!strcmp(key, "profile"))
		return value && *value && (options.profiles.push_back(value), true);
	if (!strcmp(key, "frames"))
		return !value && (options.frames = true);
	if (!strcmp(key, "verbose"))
		return !value && (options.verbose = true);
	return *known = false;
}

static bool parse_argument(const std::string &argument)
{
	const size_t equals = argument.find('=');
	const std::string key = argument.substr(0, equals);
	const char *value = equals == std::string::npos ? nullptr : argument.c_str() + equals + 1;
	bool known;

	if (parse_option(key.c_str(), value, &known))
		return true;
	if (known)
		error("memlint: bad value %qs of option %<-fplugin-arg-memlint-%s%>; known: %s", value ? value : "",
		      key.c_str(), known_options);
	else
		error("memlint: unknown option %<-fplugin-arg-memlint-%s%>; known: %s", key.c_str(), known_options);
	return false;
}

/* GCC hands plugins their values cut short by one character for each further '=' in them; the command line is whole. */
bool options_parse(const char *plugin_name)
{
	const std::string prefix = std::string(plugin_name) + "-";
	bool good = true;

	for (unsigned i = 0; i < save_decoded_options_count; i++) {
		const cl_decoded_option &option = save_decoded_options[i];

		if (option.opt_index == OPT_fplugin_arg_ && option.arg && !strncmp(option.arg, prefix.c_str(), prefix.size()))
			good &= parse_argument(option.arg + prefix.size());
	}
	return good;
}

bool is_only_plugin()
{
	unsigned plugins = 0;

	for (unsigned i = 0; i < save_decoded_options_count; i++)
		plugins += save_decoded_options[i].opt_index == OPT_fplugin_;
	return plugins == 1;
}

std::string own_folder()
{
	Dl_info self;
	char resolved[PATH_MAX];

	if (!dladdr(reinterpret_cast<void *>(&own_folder), &self) || !realpath(self.dli_fname, resolved))
		return "";
	*(strrchr(resolved, '/') + 1) = '\0';
	return resolved;
}
