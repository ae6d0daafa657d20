/* What is handed in through a table of functions: how often, nobody can tell, unless a call that is seen comes often. */
#include <poll.h>
#include <stdlib.h>
#include <sys/queue.h>

/* extensions hand in each parser once */
struct parser {
	const char *name;
	int (*takes)(int fd);
	struct parser *next;
};
static struct parser *first_parser, *last_parser;

static void register_parser(struct parser *parser)
{
	parser->next = NULL;
	if (!first_parser)
		first_parser = last_parser = parser;
	else {
		last_parser->next = parser;
		last_parser = last_parser->next;
	}
}

static void api_register_parser(void *extension, struct parser *parser)
{
	(void)extension;
	register_parser(parser);
}

static const struct parser *find_parser(int fd)
{
	const struct parser *parser = first_parser;

	while (parser && !parser->takes(fd))
		parser = parser->next;
	return parser;
}

/* the same through a macro, and an array */
struct filter {
	SLIST_ENTRY(filter) link;
	int kind;
};
static SLIST_HEAD(filters, filter) filters;

static void api_register_filter(struct filter *filter)
{
	SLIST_INSERT_HEAD(&filters, filter, link);
}

typedef void (*hook_function)(void);
static hook_function *hooks;
static size_t nhooks;

static void api_register_hook(hook_function hook)
{
	hooks = realloc(hooks, (nhooks + 1) * sizeof *hooks);
	hooks[nhooks++] = hook;
}

/* one entry for each function that the program names: as many as there are such calls */
struct at_end {
	struct at_end *next;
	void (*run)(void *data);
	void *data;
};
static struct at_end *at_ends;

static void add_at_end(void (*run)(void *data), void *data)
{
	struct at_end *made = malloc(sizeof *made);

	made->run = run;
	made->data = data;
	made->next = at_ends;
	at_ends = made;
}

static void register_at_end(void (*run)(void *data), void *data)
{
	add_at_end(run, data);
}

static char *buffer;

static void free_buffer(void *data)
{
	free(data);
	free(buffer);
}

static void use_buffer(void)
{
	if (!buffer) {
		buffer = malloc(100);
		register_at_end(free_buffer, NULL);
	}
}

/* functions are named, but each with data of its own */
static struct at_end *timers; /* expect: unbounded-cache ['timers'] */

static void add_timer(void (*run)(void *data), void *data)
{
	struct at_end *made = malloc(sizeof *made);

	made->run = run;
	made->data = data;
	made->next = timers;
	timers = made;
}

/* handed in, too, but by the loop itself for all that comes */
struct message {
	struct message *next;
	int fd;
};
static struct message *messages; /* expect: unbounded-cache ['messages'] */

static void keep_message(struct message *message)
{
	message->next = messages;
	messages = message;
}

/* made by what is called back */
static struct message *greetings; /* expect: unbounded-cache ['greetings'] */

static void api_greet(int fd)
{
	struct message *greeting = calloc(1, sizeof *greeting);

	greeting->fd = fd;
	greeting->next = greetings;
	greetings = greeting;
}

static const struct api {
	void (*add_parser)(void *extension, struct parser *parser);
	void (*add_filter)(struct filter *filter);
	void (*add_hook)(hook_function hook);
	void (*keep)(struct message *message);
	void (*greet)(int fd);
} api = {api_register_parser, api_register_filter, api_register_hook, keep_message, api_greet};

extern void load_extension(const struct api *api);

int main(void)
{
	struct pollfd in = {.fd = 0, .events = POLLIN};

	load_extension(&api);
	while (poll(&in, 1, -1) >= 0) {
		struct message *message = calloc(1, sizeof *message);

		message->fd = in.fd;
		keep_message(message);
		use_buffer();
		add_timer(free_buffer, calloc(1, (size_t)message->fd));
		if (!find_parser(in.fd))
			return 1;
	}
}
