# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Libraries that keep their symbols to themselves announce callers to each other's wrappers all the same; rows by thread have names.
cat >wrap.c <<'C'
#include <stdlib.h>
void *wrap_get(size_t size);
void *wrap_get(size_t size)
{
	void *block = malloc(size);
	if (!block)
		abort();
	return block;
}
C
cat >user.c <<'C'
#include <stdlib.h>
#include <string.h>
void *wrap_get(size_t size);
char *user_text(void);
char *user_text(void)
{
	return strcpy(wrap_get(33), "text");
}
C
cat >main.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
void *wrap_get(size_t size);
static void *kept[8];
static void *work(void *name)
{
	pthread_setname_np(pthread_self(), name);
	for (int i = 0; i < 3; i++)
		free(wrap_get(100));
	kept[*(char *)name & 7] = wrap_get(7);
	return NULL;
}
int main(void)
{
	void *handle = dlopen("./libuser.so", RTLD_NOW | RTLD_LOCAL);
	char *(*text)(void) = handle ? (char *(*)(void))dlsym(handle, "user_text") : NULL;
	pthread_t threads[3];
	static char *const names[] = {"alpha", "beta", "gamma"};

	if (!text)
		return 1;
	kept[0] = text();
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, work, names[i]);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
C
echo '{ global: wrap_get; user_text; local: *; };' >only.map
for visibility in default hidden; do
	for level in -O0 -O2; do
		hide=()
		[ $visibility = default ] || hide=(-fvisibility=hidden "-Wl,--version-script=only.map")
		for library in wrap user; do
			sed "s/^\(void \*wrap_get\|char \*user_text\)(\(size_t size\|void\))$/__attribute__((visibility(\"default\"))) &/" $library.c >hidden.c
			"$CC" -g $level -shared -fPIC -fplugin="$plugin" "${hide[@]}" hidden.c -o lib$library.so || fail "lib$library.so"
		done
		"$CC" -w -g $level -fplugin="$plugin" main.c -o main -L. -lwrap -Wl,-rpath,"$PWD" -pthread -ldl || fail "main"
		run_traced run.memlint ./main || fail "$visibility $level: status $?"
		rows run.memlint | awk -F '\t' '{ print $1 ":" $2, $4, $5 }' | grep -v 'main.c:\(18\|27\)' | sort >got
		printf '%s\n' 'hidden.c:7 1 33' 'main.c:12 9 900' 'main.c:13 3 21' >wanted
		cmp -s got wanted || fail "$visibility $level: $(cat got)"
	done
done
"$memlint" stat --json --by thread run.memlint | jq -c '[.rows[] | select(.key != "main") | [.key, .alloc_count, .alloc_bytes, .live_bytes]] | sort' >threads
grep -qF '[["alpha",4,307,7],["beta",4,307,7],["gamma",4,307,7]]' threads || fail "by thread: $(cat threads)"
