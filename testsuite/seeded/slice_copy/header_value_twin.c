/* SPDX-License-Identifier: MIT */
/* Reads the headers of a mail and tells whether it is of a given kind. */
/* Twin: the value outlives the line it stood in. */
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
	char *value = strndup(colon + 2, strcspn(colon + 2, "\n"));

	if (strncmp(line, "Content-Type", length) == 0) {
		mail->html = value && strstr(value, "html") != NULL;
		free(value);
	} else {
		free(mail->subject);
		mail->subject = value;
	}
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
