// SPDX-License-Identifier: MIT
/* Parses the environment: every value is a user's and may be wrong. */
#include "runtime/options.h"

#include "memlint/memlint.h"
#include "runtime/os.h"
#include "runtime/profile_format.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_OUTPUT "%e.%p.memlint"

int rt_parse_flag(const char *text, int *out)
{
	if (!*text || !strcmp(text, "0"))
		*out = 0;
	else if (!strcmp(text, "1"))
		*out = 1;
	else
		return -1;
	return 0;
}

/* Digits up to @end, below @limit; -1 if there are none or they are too many. */
static int64_t parse_digits(const char **at, int64_t limit)
{
	int64_t value = 0;
	const char *first = *at;

	for (; **at >= '0' && **at <= '9'; ++*at) {
		value = value * 10 + (**at - '0');
		if (value > limit)
			return -1;
	}
	return *at == first ? -1 : value;
}

int rt_parse_nframe(const char *text, int *out)
{
	const int64_t value = parse_digits(&text, MEMLINT_NFRAME_MAX);

	if (value < 1 || *text)
		return -1;
	*out = (int)value;
	return 0;
}

static uint64_t unit_ns(const char *unit)
{
	if (!*unit || !strcmp(unit, "s"))
		return 1000000000u;
	if (!strcmp(unit, "ms"))
		return 1000000u;
	if (!strcmp(unit, "m"))
		return 60u * 1000000000ull;
	if (!strcmp(unit, "h"))
		return 3600u * 1000000000ull;
	return 0;
}

int rt_parse_interval(const char *text, uint64_t *out)
{
	const int64_t whole = parse_digits(&text, 1000000);
	uint64_t millis = 0, scale = 100, unit, ns;

	if (whole < 0)
		return -1;
	if (*text == '.') {
		for (text++; *text >= '0' && *text <= '9'; text++, scale /= 10)
			millis += (uint64_t)(*text - '0') * scale;
	}
	unit = unit_ns(text);
	ns = ((uint64_t)whole * 1000 + millis) * (unit / 1000);
	/* Below a millisecond a snapshot would do nothing but follow a snapshot. */
	if (!unit || ns < 1000000)
		return -1;
	*out = ns;
	return 0;
}

int rt_parse_signal(const char *text, int *out)
{
	const char *at = text;
	const int64_t number = parse_digits(&at, SIGRTMAX);

	if (!strncmp(text, "SIG", 3))
		text += 3;
	for (int i = 1; i <= SIGRTMAX; i++) {
		const char *name = sigabbrev_np(i);

		if (i == SIGKILL || i == SIGSTOP)
			continue;
		if ((number == i && !*at) || (name && !strcmp(name, text))) {
			*out = i;
			return 0;
		}
	}
	return -1;
}

/* The bits of one word; 0 for an unknown one. */
static uint32_t graph_bits(const char *word, size_t length)
{
	static const struct {
		const char *name;
		uint32_t bits;
	} words[] = {
	        {"exit", 1u << PROFILE_AT_EXIT | 1u << PROFILE_AT_ABORT},
	        {"signal", 1u << PROFILE_BY_SIGNAL},
	        {"interval", 1u << PROFILE_BY_INTERVAL},
	        {"1", 1u << PROFILE_AT_EXIT | 1u << PROFILE_AT_ABORT | 1u << PROFILE_BY_SIGNAL},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i].name) == length && !memcmp(words[i].name, word, length))
			return words[i].bits;
	return 0;
}

int rt_parse_graph(const char *text, uint32_t *out)
{
	uint32_t bits = 0;

	if (!*text || !strcmp(text, "0")) {
		*out = 0;
		return 0;
	}
	for (;;) {
		const size_t length = strcspn(text, ",");
		const uint32_t more = graph_bits(text, length);

		if (!more)
			return -1;
		bits |= more;
		if (!text[length])
			break;
		text += length + 1;
	}
	*out = bits;
	return 0;
}

int rt_parse_output(const char *text, const char **out)
{
	if (!*text)
		return -1;
	for (const char *at = text; (at = strchr(at, '%')); at += 2)
		if (at[1] != 'p' && at[1] != 'e' && at[1] != '%')
			return -1;
	*out = text;
	return 0;
}

int rt_expand_output(const char *pattern, int pid, const char *program, char *path, unsigned long capacity)
{
	char digits[24];
	size_t size = 0;

	for (; *pattern; pattern++) {
		const char *part = pattern;
		size_t length = 1;

		if (*pattern == '%' && pattern[1]) {
			pattern++;
			part = *pattern == 'p' ? rt_decimal((uint64_t)pid, digits) : *pattern == 'e' ? program : "%";
			length = strlen(part);
		}
		if (length >= capacity - size)
			return -1;
		memcpy(path + size, part, length);
		size += length;
	}
	path[size] = 0;
	return 0;
}

static void refuse(const char *name, const char *value, const char *allowed)
{
	rt_say(name, "=", value, " is not valid: ", allowed, NULL);
}

struct rt_options rt_options_read(void)
{
	struct rt_options options = {.nframe = 1, .output = DEFAULT_OUTPUT, .follow_fork = 1};
	const char *value;

	if ((value = getenv("MEMLINT")) && rt_parse_flag(value, &options.trace) < 0) {
		refuse("MEMLINT", value, "1 traces the program, 0 does not; taken as 1");
		options.trace = 1;
	}
	if ((value = getenv("MEMLINT_NFRAME")) && rt_parse_nframe(value, &options.nframe) < 0)
		refuse("MEMLINT_NFRAME", value, "a number from 1 to 65535; 1 is used");
	if ((value = getenv("MEMLINT_OUTPUT")) && rt_parse_output(value, &options.output) < 0)
		refuse("MEMLINT_OUTPUT", value,
		       "a file name in which %p is the process id, %e the program's name and %% a percent "
		       "sign; " DEFAULT_OUTPUT " is used");
	if ((value = getenv("MEMLINT_INTERVAL")) && *value && rt_parse_interval(value, &options.interval_ns) < 0)
		refuse("MEMLINT_INTERVAL", value,
		       "seconds, or a time as 10ms, 5s or 2m, at least 1ms; no interval is used");
	if ((value = getenv("MEMLINT_SIGNAL")) && *value && rt_parse_signal(value, &options.signal) < 0)
		refuse("MEMLINT_SIGNAL", value, "a signal's name as USR1, or its number; no signal is used");
	if ((value = getenv("MEMLINT_FOLLOW_FORK")) && rt_parse_flag(value, &options.follow_fork) < 0)
		refuse("MEMLINT_FOLLOW_FORK", value, "1 or 0; 1 is used");
	if ((value = getenv("MEMLINT_GRAPH")) && rt_parse_graph(value, &options.graph) < 0)
		refuse("MEMLINT_GRAPH", value,
		       "exit, signal, interval, or several of them with commas; no heap graph is taken");
	return options;
}
