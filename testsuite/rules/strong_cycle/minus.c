/* References that do not go round, in C: silence. */
#include <stdlib.h>

/* borrowed link back */
struct pool;
struct worker {
	int refs;
	struct pool *pool;
	struct worker *next;
};
struct pool {
	int refs;
	struct worker *workers;
};

static void worker_unref(struct worker *w)
{
	if (--w->refs == 0)
		free(w);
}

void pool_unref(struct pool *p)
{
	struct worker *w, *next;

	if (--p->refs > 0)
		return;
	for (w = p->workers; w; w = next) {
		next = w->next;
		worker_unref(w);
	}
	free(p);
}

void pool_grow(struct pool *p)
{
	struct worker *w = calloc(1, sizeof *w);

	w->refs = 1;
	w->pool = p;
	w->next = p->workers;
	p->workers = w;
}

/* detach() gives the reference back */
struct session;
struct stream {
	int refs;
	struct session *session;
};
struct session {
	int refs;
	struct stream *active;
};

static struct session *session_ref(struct session *s)
{
	s->refs++;
	return s;
}

static void stream_unref(struct stream *s);

static void session_unref(struct session *s)
{
	if (--s->refs == 0) {
		stream_unref(s->active);
		free(s);
	}
}

static void stream_unref(struct stream *s)
{
	if (s && --s->refs == 0) {
		session_unref(s->session);
		free(s);
	}
}

void attach(struct session *session, struct stream *stream)
{
	stream->session = session_ref(session);
	stream->refs++;
	session->active = stream;
}

void detach(struct stream *stream)
{
	struct session *session = stream->session;

	stream->session = NULL;
	session_unref(session);
}

/* dispose lets go */
void *g_object_ref(void *object);
void g_object_unref(void *object);

typedef struct view view_t;
typedef struct model {
	view_t *view;
} model_t;
struct view {
	model_t *model;
};
struct object_class {
	void (*dispose)(void *object);
};

void view_connect(view_t *view, model_t *model)
{
	view->model = g_object_ref(model);
	model->view = g_object_ref(view);
}

static void view_dispose(void *object)
{
	view_t *view = object;

	if (view->model)
		g_object_unref(view->model);
	view->model = NULL;
}

void view_class_init(struct object_class *class)
{
	class->dispose = view_dispose;
}

/* a tree: the counter is of other holders */
struct node {
	int refs;
	struct node *parent, *first, *next;
};

void node_put(struct node *n)
{
	struct node *child, *next;

	if (--n->refs > 0)
		return;
	for (child = n->first; child; child = next) {
		next = child->next;
		child->parent = NULL;
		node_put(child);
	}
	free(n);
}

void node_add(struct node *parent, struct node *child)
{
	child->refs++;
	child->parent = parent;
	child->next = parent->first;
	parent->first = child;
}

/* destroyed outright by its owner, whoever counts */
struct bus;
struct device {
	struct bus *bus;
};
struct bus {
	int refs;
	struct device *device;
};

static void bus_put(struct bus *b)
{
	if (--b->refs == 0)
		free(b);
}

void bus_add(struct bus *b)
{
	struct device *d = malloc(sizeof *d);

	d->bus = b;
	b->refs++;
	b->device = d;
}

void bus_shut_down(struct bus *b)
{
	bus_put(b->device->bus);
	free(b->device);
	b->device = NULL;
	bus_put(b);
}
