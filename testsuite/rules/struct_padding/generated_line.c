/* fixture: all -std=c11 */
#line 3 "grammar.y"
/* What a parser generator copied from its source is edited there. */

struct copied { /* expect: struct-padding (none: generated) */
	char a;
	double b;
	char c;
};
