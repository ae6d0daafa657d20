/* fixture: strict */
/* Comments that silence a finding, and the unused one that is reported itself. */

struct on_line { /* memlint: ignore[struct-padding] the order is that of the manual */
	char a;
	double b;
	char c;
};

/* memlint: ignore the line above counts, too */
struct above {
	char a;
	double b;
	char c;
};

/* memlint: off[struct-padding] all of these are frozen */
struct first {
	char a;
	double b;
	char c;
};

struct second {
	char a;
	double b;
	char c;
};
/* memlint: on[struct-padding] */

struct after { /* expect: struct-padding */
	char a;
	double b;
	char c;
};

struct other_rule { /* memlint: ignore[late-free] of another rule; expect: struct-padding; unused-suppression */
	char a;
	double b;
	char c;
};

static const char text[] = "memlint: ignore is only text here";

int fits; // memlint: ignore[struct-padding] expect: unused-suppression [struct-padding]

const char *get(void)
{
	return text;
}
