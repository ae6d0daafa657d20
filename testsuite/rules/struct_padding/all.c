/* fixture: all -std=c11 */
/* With --all also what was made on purpose is reported. */
struct spaced { /* expect: struct-padding [24 -> 16 bytes] */
	char kind;
	double value;
	char padding0;
};
