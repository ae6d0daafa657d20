/* SPDX-License-Identifier: MIT */
/* Reads the headers of a mail and tells whether it is of a given kind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mail {
	int html;
	char *subject;
};

static void header(struct mail *mail, char *line)
{
	char *colon = strchr(line, ':');
	size_t length;

	if (!colon)
		return;
	length = (size_t)(colon - line);
	char *name = strndup(line, length); /* defect: slice-copy */

	if (!name)
		return;
	if (strncmp(name, "Content-Type", length) == 0)
		mail->html = strstr(colon, "html") != NULL;
	else if (memcmp(name, "Subject", length < 7 ? length : 7) == 0)
		mail->subject = strdup(colon + 2);
	free(name);
}

int main(void)
{
	static const char *const lines[] = {"Subject: hello\n", "Content-Type: text/html\n", "\n"};
	struct mail mail = {0};
	char line[80];

	for (int i = 0; i < 3; i++) {
		snprintf(line, sizeof line, "%s", lines[i]);
		header(&mail, line);
		memset(line, '#', sizeof line);
	}
	printf("%d %.5s\n", mail.html, mail.subject ? mail.subject : "");
	free(mail.subject);
	return 0;
}
