/* SPDX-License-Identifier: MIT */
/*
 * GLib's containers and strings: the blocks are GLib's, the lines are the program's.
 * style: C, GLib user
 * flags: -I/usr/include/glib-2.0 -I/usr/lib/x86_64-linux-gnu/glib-2.0/include -lglib-2.0
 * totals: not compared, GLib has blocks of its own from before main
 */
#include <glib.h>
#include <string.h>

struct user {
	int id;
	char *name;
	double score;
};

int main(void)
{
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(int)); /* bytes: any */
	GString *text = g_string_new("start");                    /* bytes: any */
	GPtrArray *users = g_ptr_array_new();                     /* from a slab that another line filled */
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free); /* bytes: any */
	GList *list = NULL;
	gboolean ok;

	for (int i = 0; i < 100; i++)
		g_array_append_val(numbers, i); /* bytes: any */
	for (int i = 0; i < 50; i++)
		g_string_append(text, " and more"); /* bytes: any */
	for (int i = 0; i < 10; i++) {
		struct user *user = g_new0(struct user, 1); /* bytes: 10*24; count: 10; type: struct user */

		/* bytes: any; type: char[] */
		user->name = g_strdup_printf("user %d", i);
		g_ptr_array_add(users, user);                                          /* bytes: any */
		g_hash_table_insert(names, g_strdup(user->name), g_strdup("a value")); /* bytes: any */
		list = g_list_prepend(list, user);
	}
	double *weights = g_malloc(20 * sizeof(double)); /* bytes: 160; count: 1; type: double[] */
	memset(weights, 0, 20 * sizeof(double));
	char **parts = g_strsplit("a,b,c,d", ",", -1); /* bytes: any */
	ok = numbers->len == 100 && text->len == 455 && g_list_length(list) == 10 && !strcmp(parts[3], "d");
	g_strfreev(parts);
	g_free(weights);
	g_list_free(list);
	for (guint i = 0; i < users->len; i++) {
		struct user *user = g_ptr_array_index(users, i);

		g_free(user->name);
		g_free(user);
	}
	g_hash_table_destroy(names); /* bytes: 64; count: 2 */
	g_ptr_array_free(users, TRUE);
	g_string_free(text, TRUE);
	g_array_free(numbers, TRUE);
	return ok ? 0 : 1;
}
