// SPDX-License-Identifier: GPL-3.0-or-later
/* Where GCC enters: version, language and target are checked, the pass is registered. */
#include "gcc/compat.h"

#include "instrument.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT int plugin_is_GPL_compatible;

static struct plugin_info information = {
	MEMLINT_PLUGIN_VERSION,
	"memlint: instruments every allocation site with its place and type.\n"
	"  -fplugin-arg-memlint-allocator=NAME:size=N[:count=N][:pool=N][:free=NAME][:reset=NAME]\n"
	"                 counts the blocks of your own allocator NAME; N are argument numbers from 1\n"
	"  -fplugin-arg-memlint-wrapper=NAME     NAME allocates for its caller: count at the call of NAME\n"
	"  -fplugin-arg-memlint-no-wrapper=NAME  count inside NAME\n"
	"  -fplugin-arg-memlint-profile=GLOB     line by line table of the functions with such names\n"
	"  -fplugin-arg-memlint-frames           keep frame pointers, for tracebacks of several frames\n"
	"  -fplugin-arg-memlint-verbose          a note for every site\n"
	"The same stands in .memlint.yaml, in the source's folder or above it, under `plugin:'.\n",
};

static void start_unit(void *, void *)
{
	read_config_file();
	/* Set late, so that -O's defaults do not undo it; and for the functions that link-time optimisation takes over. */
	if (options.frames) {
		flag_omit_frame_pointer = 0;
		global_options_set.x_flag_omit_frame_pointer = 1;
		optimization_default_node = build_optimization_node(&global_options, &global_options_set);
		optimization_current_node = optimization_default_node;
	}
}

static void before_generic(void *function, void *)
{
	note_places(static_cast<tree>(function));
	mark_lines(static_cast<tree>(function));
}

/* GCC tells its plugins of each pass that it runs over each function, which nobody wants to hear where we are the only one. */
void stop_events()
{
	if (is_only_plugin())
		flag_plugin_added = false;
}

EXPORT int plugin_init(struct plugin_name_args *arguments, struct plugin_gcc_version *version)
{
	if (!plugin_default_version_check(version, &gcc_version) && strcmp(version->basever, gcc_version.basever)) {
		error("memlint: this plugin was built for GCC %s and cannot serve GCC %s; rebuild memlint with its headers",
		      gcc_version.basever, version->basever);
		return 1;
	}
	if (!options_parse(arguments->base_name))
		return 1;
	register_callback(arguments->base_name, PLUGIN_INFO, nullptr, &information);
	/* Other languages' programs link and run with these objects; their own units are left alone. */
	if (!lang_GNU_C() && !lang_GNU_CXX() && strncmp(lang_hooks.name, "GNU Obj", 7))
		return 0;
	if (!TARGET_64BIT || TARGET_X32) {
		inform(UNKNOWN_LOCATION, "memlint: only x86-64 is instrumented; this unit is left as it is");
		return 0;
	}
	register_callback(arguments->base_name, PLUGIN_START_UNIT, start_unit, nullptr);
	register_callback(arguments->base_name, PLUGIN_PRE_GENERICIZE, before_generic, nullptr);
	register_pool_attribute(arguments->base_name);
	register_line_attribute(arguments->base_name);
	register_pass(arguments->base_name);
	return 0;
}
