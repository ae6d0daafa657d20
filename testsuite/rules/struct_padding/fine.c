/* fixture: strict -std=c11 */
/* What does not stand against a safe fix. */
#include <stdlib.h>
#include <string.h>

struct quiet { char a; long b; char c; }; /* expect: struct-padding (safe) */

void *keep(void *pointer);
int compare(const void *a, const void *b);

void use(struct quiet *q, struct quiet *other)
{
	struct quiet *made = (struct quiet *)malloc(10 * sizeof *made);
	void *round = q;
	struct quiet *again = round;

	memset(q, 0, sizeof *q);
	memcpy(q, other, sizeof *q);
	memset(&q->b, 0, sizeof q->b);
	memcpy(&q->b, &other->b, sizeof other->b);
	qsort(made, 10, sizeof *made, compare);
	keep(again);
	free(made);
}
