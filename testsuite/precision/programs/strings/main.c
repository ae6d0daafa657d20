/* SPDX-License-Identifier: MIT */
/*
 * A template engine on strings with a header in front (as sds in redis).
 * style: C, string builder over units, interior pointers
 */
#include "str.h"

#include <string.h>

static str header(const char *title)
{
	str text = str_new("<h1>"); /* bytes: 21; count: 1 */

	text = str_append(text, title);     /* bytes: 17+2*20; count: 1 */
	return str_append(text, "</h1>\n"); /* no new block: there is room */
}

static str body(int lines)
{
	str text = str_new(""); /* bytes: 17; count: 1 */

	for (int i = 0; i < lines; i++)
		text = str_format(text, "<p>%04d</p>\n", i); /* bytes: 17*4+2*(12+36+84+180); count: 4 */
	return text;
}

int main(void)
{
	str top = header("a title, as such"), page = str_copy(top); /* bytes: 17+26; count: 1 */
	str rest = body(20);
	str raw = str_new_length(NULL, 1000); /* bytes: 1017; count: 1 */
	int ok;

	STR_APPEND(page, rest);      /* bytes: 17+2*(26+240); count: 1 */
	STR_APPEND(page, "</html>"); /* no new block: there is room */
	memset(raw, 'x', 1000);
	ok = str_length(page) == 26 + 240 + 7 && str_length(raw) == 1000;
	str_free(top);
	str_free(page);
	str_free(rest);
	str_free(raw);
	return ok ? 0 : 1;
}
