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

/* A part of something of which there is one. */
struct part {
	char a;
	double b;
	char c;
};

static struct {
	struct part part;
	long number;
} whole;

long number(void)
{
	return whole.number + (long)whole.part.b;
}

/* A part of a union that does not get smaller. */
struct choice {
	char a;
	double b;
	char c;
};

union either {
	struct choice choice;
	char bytes[24];
};

union either many[20];

/* Eight bytes of so many are nothing. */
struct huge {
	char a;
	double b;
	char c;
	char bytes[100000];
};

struct huge *make_huge(void);
void *malloc(unsigned long);

struct huge *make_huge(void)
{
	return malloc(sizeof(struct huge));
}


/* Made in functions that run once: main and what only it calls. */
struct engine {
	char a;
	double b;
	char c;
	double d[5];
};

static struct engine *make_engine(void)
{
	return malloc(sizeof(struct engine));
}

/* Made at one place, and nothing shows that there are more of them. */
struct door {
	char a;
	double b;
	char c;
	double d[5];
};

static void *make_door(void)
{
	return malloc(sizeof(struct door));
}

static void *(*const maker)(void) = make_door;

/* A loop shows it, and so does a list. */
struct wheel { /* expect: struct-padding */
	char a;
	double b;
	char c;
	double d[5];
};

static struct wheel *make_wheel(void)
{
	return malloc(sizeof(struct wheel));
}

struct train { /* expect: struct-padding */
	char a;
	struct train *next;
	char c;
	double d[5];
};

static void *make_train(void)
{
	return malloc(sizeof(struct train));
}

static void *(*const coupler)(void) = make_train;

/* Through a table of functions, once. */
static const struct {
	void *(*gcalloc)(unsigned long count, unsigned long size, const char *file, int line);
} hooks;

struct cellar {
	char a;
	double b;
	char c;
	double d[5];
};

int main(void)
{
	struct cellar *cellar = hooks.gcalloc(1, sizeof(struct cellar), __FILE__, __LINE__);
	struct engine *engine = make_engine();

	for (int i = 0; i < 4; i++)
		engine->d[i] = make_wheel()->b;
	return maker() == coupler() || cellar;
}

/* One object that two places make is gone again before the next; the pointers to it lead nowhere further. */
struct cursor {
	char kind;
	double at;
	char end;
};

void *calloc(unsigned long count, unsigned long size);
void free(void *block);

static double look(struct cursor *cursor)
{
	const double at = cursor->at;

	free(cursor);
	return at;
}

double first(void)
{
	return look(calloc(1, sizeof(struct cursor)));
}

double last(void)
{
	return look(calloc(1, sizeof(struct cursor)));
}

/* Of two parts of one size only one gets smaller: too little for what holds them. */
struct options {
	char a;
	double b;
	char c;
};

struct names {
	char *first, *last, *other;
};

struct shelf {
	struct names names;
	struct options options;
	struct shelf *next;
	double sizes[26];
};

struct shelf *add_shelf(struct shelf *shelves)
{
	struct shelf *shelf = calloc(1, sizeof *shelf);

	shelf->next = shelves;
	return shelf;
}
