# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# While the program runs little of the runtime's file is in memory; what somebody has written into its code stays.
cat >program.c <<'C'
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A breakpoint as a debugger sets it: the page becomes the process' own. */
static void write_into_code(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[4096], *page = NULL;
	unsigned long start, end;

	while (maps && !page && fgets(line, sizeof line, maps))
		if (strstr(line, "libmemlint.so") && strstr(line, " r-xp ") && sscanf(line, "%lx-%lx", &start, &end) == 2)
			page = (char *)end - 4096;
	if (!page || mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC))
		exit(1);
	*(volatile char *)page = *(volatile char *)page;
	if (mprotect(page, 4096, PROT_READ | PROT_EXEC) || fclose(maps))
		exit(1);
}

static void churn(void)
{
	for (int i = 0; i < 1000; i++) {
		char *volatile block = malloc(100);

		free(block);
	}
}

/* KiB of the runtime's file, and of it changed, in mappings that cannot be written to. */
static void print_resident(void)
{
	static char text[1 << 20];
	FILE *maps = fopen("/proc/self/smaps", "r");
	const size_t size = maps ? fread(text, 1, sizeof text - 1, maps) : 0;
	int ours = 0, kib = 0, file = 0, changed = 0;

	text[size] = 0;
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (strchr(line, '-') && !strstr(line, "kB"))
			ours = strstr(line, "libmemlint.so") && strstr(line, " r-xp ");
		if (ours && sscanf(line, "Rss: %d", &kib) == 1)
			file += kib;
		if (ours && sscanf(line, "Anonymous: %d", &kib) == 1)
			changed += kib;
	}
	printf("%d %d\n", file, changed);
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		write_into_code();
	churn();
	print_resident();
	return 0;
}
C
compile program program.c -O1
read -r file changed < <(run_traced run.memlint ./program)
[ "$file" -lt 80 ] || fail "$file KiB of the runtime's code are in memory"
[ "$changed" = 0 ] || fail "$changed KiB of the runtime's code were changed"
read -r file changed < <(run_traced run.memlint ./program breakpoint)
[ "$changed" -gt 0 ] || fail "what was written into the runtime's code is gone: $file KiB of it are in memory"
