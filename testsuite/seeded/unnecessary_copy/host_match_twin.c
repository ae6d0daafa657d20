/* SPDX-License-Identifier: MIT */
/* An access list: is this host, or a domain it is in, among those allowed? */
/* Twin: the list's owner may change the entry while it is looked at. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RULES 8

static char *rules[MAX_RULES];
static int nrules;

static void add_rule(const char *text)
{
	if (nrules < MAX_RULES)
		rules[nrules++] = strdup(text);
}

static void forget_rule(int i)
{
	free(rules[i]);
	rules[i] = rules[--nrules];
}

static int ends_in(const char *host, const char *domain)
{
	size_t h = strlen(host), d = strlen(domain);

	return d <= h && strcmp(host + h - d, domain) == 0;
}

static int allowed(const char *host)
{
	for (int i = 0; i < nrules; i++) {
		char *rule = strdup(rules[i]);
		int match;

		if (!rule)
			return 0;
		if (strcmp(rule, "once.example.com") == 0)
			forget_rule(i);
		match = ends_in(host, rule);
		if (match)
			printf("%s by '%s'\n", host, rule);
		free(rule);
		if (match)
			return 1;
	}
	return 0;
}

int main(void)
{
	static const char *const hosts[] = {"www.example.org", "once.example.com", "example.net"};

	add_rule(".example.org");
	add_rule("once.example.com");
	for (int i = 0; i < 3; i++)
		printf("%s: %d\n", hosts[i], allowed(hosts[i]));
	while (nrules)
		free(rules[--nrules]);
	return 0;
}
