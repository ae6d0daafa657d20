/* fixture: */
/* One object alone is no matter, unless asked with --level strict. */
static struct {
	char a;
	double b;
	char c;
} state;

struct local {
	char a;
	double b;
	char c;
};

double get(void)
{
	struct local x = {0};

	return state.b + x.b;
}
