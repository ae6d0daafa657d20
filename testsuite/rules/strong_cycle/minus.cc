// fixture: -std=c++17
// What only looks like a circle of owners: silence.
#include <functional>
#include <memory>
#include <string>
#include <vector>

/* weak link back */
struct folder;
struct document {
	std::weak_ptr<folder> parent;
};
struct folder : std::enable_shared_from_this<folder> {
	std::vector<std::shared_ptr<document>> documents;
	void add(std::shared_ptr<document> d)
	{
		d->parent = shared_from_this();
		documents.push_back(d);
	}
};

/* raw link back */
struct leaf;
struct tree {
	std::vector<std::unique_ptr<leaf>> leaves;
	void add();
};
struct leaf {
	tree *owner = nullptr;
};
void tree::add()
{
	auto l = std::make_unique<leaf>();
	l->owner = this;
	leaves.push_back(std::move(l));
}

/* a singly linked list: a cycle of types, not of objects */
struct node {
	std::shared_ptr<node> next;
	int value = 0;
};
struct list {
	std::shared_ptr<node> head;
	void push(int value)
	{
		auto n = std::make_shared<node>();
		n->value = value;
		n->next = head;
		head = n;
	}
};
void build(std::shared_ptr<node> first)
{
	std::shared_ptr<node> last = first;
	for (int i = 0; i < 10; i++) {
		auto n = std::make_shared<node>();
		last->next = n;
		last = n;
	}
}

/* a tree where only the parent owns, turned around */
struct branch {
	std::shared_ptr<branch> left, right;
};
void rotate(std::shared_ptr<branch> &root)
{
	std::shared_ptr<branch> pivot = root->right;
	root->right = pivot->left;
	pivot->left = root;
	root = pivot;
}

/* taken apart by close() */
class session;
class channel {
public:
	void bind(std::shared_ptr<session> s) { session_ = s; }
	void close() { session_.reset(); }

private:
	std::shared_ptr<session> session_;
};
class session : public std::enable_shared_from_this<session> {
public:
	void open()
	{
		channel_ = std::make_shared<channel>();
		channel_->bind(shared_from_this());
	}

private:
	std::shared_ptr<channel> channel_;
};

/* kept alive while busy, then let go */
class job : public std::enable_shared_from_this<job> {
public:
	void start() { self_ = shared_from_this(); }
	void done() { self_ = nullptr; }

private:
	std::shared_ptr<job> self_;
};

/* captures that do not own, or are not stored in what they own */
struct button : std::enable_shared_from_this<button> {
	std::function<void()> on_click;
	int clicks = 0;
	void wire()
	{
		std::weak_ptr<button> weak = weak_from_this();
		on_click = [weak] {
			if (auto self = weak.lock())
				self->clicks++;
		};
	}
	void wire_this()
	{
		on_click = [this] { clicks++; };
	}
};
struct queue {
	std::vector<std::function<void()>> jobs;
	void post(std::function<void()> f) { jobs.push_back(std::move(f)); }
};
void later(queue &q, std::shared_ptr<button> b)
{
	q.post([b] { b->clicks++; });
}

/* run once: moved out before it is called */
struct request {
	std::function<void()> done;
	int status = 0;
	void finish()
	{
		auto f = std::move(done);
		f();
	}
};
void send(std::shared_ptr<request> r)
{
	r->done = [r] { r->status = 1; };
}

/* types both ways, of different objects */
struct user;
struct group {
	std::shared_ptr<user> founder;
};
struct user {
	std::shared_ptr<group> home;
};
void set_up(std::shared_ptr<group> old_group, std::shared_ptr<user> founder)
{
	auto fresh = std::make_shared<group>();
	auto member = std::make_shared<user>();
	fresh->founder = founder;
	member->home = old_group;
}

/* bound without owning it, or to be called elsewhere */
struct gauge : std::enable_shared_from_this<gauge> {
	std::function<void(int)> changed;
	int value = 0;
	void set(int v) { value = v; }
	void watch_this() { changed = std::bind(&gauge::set, this, std::placeholders::_1); }
};
void take_weak(const std::weak_ptr<gauge> &weak, int v);
void watch_weak(std::shared_ptr<gauge> g)
{
	g->changed = std::bind(take_weak, std::weak_ptr<gauge>(g), std::placeholders::_1);
}
void watch_reference(std::shared_ptr<gauge> g)
{
	g->changed = std::bind(&gauge::set, std::ref(*g), std::placeholders::_1);
}
void set_later(queue &q, std::shared_ptr<gauge> g)
{
	q.post(std::bind(&gauge::set, g, 7));
}

/* functions that come again, and let go of themselves or never held on */
void read_block(int block, std::function<void(int)> done);
void walk_until_end(int first)
{
	auto next = std::make_shared<std::function<void(int)>>();
	*next = [next](int block) {
		if (block)
			read_block(block, *next);
		else
			*next = nullptr;
	};
	(*next)(first);
}
void walk_weak(int first)
{
	auto next = std::make_shared<std::function<void(int)>>();
	std::weak_ptr<std::function<void(int)>> weak = next;
	*next = [weak](int block) {
		if (auto self = weak.lock())
			read_block(block, *self);
	};
	(*next)(first);
}
void walk_here(int first)
{
	auto next = std::make_shared<std::function<void(int)>>();
	*next = [&next](int block) {
		if (block)
			(*next)(block - 1);
	};
	(*next)(first);
}
void keep(std::shared_ptr<std::function<void(int)>> f);
void walk_kept(int first)
{
	auto next = std::make_shared<std::function<void(int)>>();
	*next = [next](int block) { read_block(block, *next); };
	keep(next);
	(*next)(first);
}
