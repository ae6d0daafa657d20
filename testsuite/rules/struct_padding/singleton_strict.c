/* fixture: strict */
/* One object alone, asked for. */
static struct { /* expect: struct-padding [24 -> 16 bytes] (safe) */
	char a;
	double b;
	char c;
} state;

double get(void)
{
	return state.b;
}
