/* Counted references held both ways, in C. */
#include <stdlib.h>

/* a counter of one's own, children in a list */
struct pool;
struct worker {
	int refs;
	struct pool *pool; /* expect: strong-cycle [pool::workers -> worker::pool -> pool] */
	struct worker *next;
};
struct pool {
	int refs;
	struct worker *workers;
};

static struct pool *pool_ref(struct pool *p)
{
	p->refs++;
	return p;
}

static void pool_unref(struct pool *p);

static void worker_unref(struct worker *w)
{
	if (--w->refs > 0)
		return;
	pool_unref(w->pool);
	free(w);
}

static void pool_unref(struct pool *p)
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

static struct worker *worker_new(struct pool *p)
{
	struct worker *w = calloc(1, sizeof *w);

	w->refs = 1;
	w->pool = pool_ref(p);
	return w;
}

void pool_grow(struct pool *p)
{
	struct worker *w = worker_new(p);

	w->next = p->workers;
	p->workers = w;
}

/* the library's functions, known by their names alone */
struct session;
struct stream;
struct session *session_ref(struct session *s);
void session_unref(struct session *s);
struct stream *stream_ref(struct stream *s);
void stream_unref(struct stream *s);

struct stream {
	int id;
	struct session *session; /* expect: strong-cycle [session::active -> stream::session -> session] */
};
struct session {
	struct stream *active;
};

void attach(struct session *session, struct stream *stream)
{
	stream->session = session_ref(session);
	session->active = stream_ref(stream);
}

/* GObject */
typedef struct _GObject GObject;
void *g_object_ref(void *object);
void g_object_unref(void *object);

typedef struct view view_t;
typedef struct model {
	GObject *base;
	view_t *view; /* expect: strong-cycle [view::model -> model::view -> view] */
} model_t;
struct view {
	GObject *base;
	model_t *model;
};
struct object_class {
	void (*finalize)(void *object);
};

void view_connect(view_t *view, model_t *model)
{
	view->model = g_object_ref(model);
	model->view = g_object_ref(view);
}

static void view_finalize(void *object)
{
	view_t *view = object;

	g_object_unref(view->model);
}

void view_class_init(struct object_class *class)
{
	class->finalize = view_finalize;
}

/* incremented where it is stored */
struct doc;
struct cursor {
	unsigned refcount;
	struct doc *doc; /* expect: strong-cycle [doc::cursor -> cursor::doc -> doc] */
};
struct doc {
	unsigned refcount;
	struct cursor *cursor;
};

void doc_put(struct doc *d);

void cursor_put(struct cursor *c)
{
	if (--c->refcount == 0) {
		doc_put(c->doc);
		free(c);
	}
}

void doc_put(struct doc *d)
{
	if (--d->refcount == 0) {
		if (d->cursor)
			cursor_put(d->cursor);
		free(d);
	}
}

void doc_open_cursor(struct doc *d)
{
	struct cursor *c = malloc(sizeof *c);

	c->refcount = 1;
	c->doc = d;
	d->refcount++;
	d->cursor = c;
}
