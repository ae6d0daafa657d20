/* SPDX-License-Identifier: MIT */
/* Inside of the configuration: checks shared by the file and the command line. */
#ifndef MEMLINT_CONFIG_CONFIG_CHECK_H
#define MEMLINT_CONFIG_CONFIG_CHECK_H

#include "analyzer/config/config.h"

bool config_parse_level(const char *text, enum finding_level *level);
bool config_known_allocator(const char *name);
/* Says which of the names is no rule; @where is the file or option that gave it. */
bool config_check_rules(const struct config_globs *rules, const char *where);
/* Takes over what @section has. */
void config_merge(struct settings *settings, const struct config_section *section);

#endif
