// fixture: -std=c++17
// Circles of owners in C++, each closed by stores.
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

/* two records, in one function */
struct beta;
struct alpha {
	std::shared_ptr<beta> other;
};
struct beta {
	std::shared_ptr<alpha> other; // expect: strong-cycle [alpha::other -> beta::other -> alpha] (unsafe)
};

void pair_up()
{
	auto a = std::make_shared<alpha>();
	auto b = std::make_shared<beta>();

	a->other = b;
	b->other = a;
}

/* parent and children, through a container and a typedef */
struct folder;
using folder_ptr = std::shared_ptr<folder>;

struct document {
	folder_ptr parent; // expect: strong-cycle [folder::documents[] -> document::parent -> folder] (unsafe)
	std::string title;
};

struct folder : std::enable_shared_from_this<folder> {
	std::map<std::string, std::shared_ptr<document>> documents;

	void add(const std::string &name, std::shared_ptr<document> d)
	{
		d->parent = shared_from_this();
		documents[name] = d;
	}
};

/* through a constructor that make_shared calls, and a method of another object */
class room;
class door {
public:
	explicit door(std::shared_ptr<room> owner) : owner_(std::move(owner)) {}

private:
	std::shared_ptr<room> owner_; // expect: strong-cycle [room::doors_[] -> door::owner_ -> room] (unsafe)
};

class room : public std::enable_shared_from_this<room> {
public:
	void keep(std::shared_ptr<door> d) { doors_.emplace_back(std::move(d)); }
	void cut_door()
	{
		auto d = std::make_shared<door>(shared_from_this());
		keep(d);
	}

private:
	std::list<std::shared_ptr<door>> doors_;
};

/* three records */
struct engine;
struct wheel;
struct car {
	std::shared_ptr<engine> motor;
};
struct engine {
	std::unique_ptr<wheel> wheel_;
};
struct wheel {
	std::shared_ptr<car> owner; // expect: strong-cycle [car::motor -> engine::wheel_ -> wheel::owner -> car] (unsafe)
};

std::shared_ptr<car> build_car()
{
	auto c = std::make_shared<car>();

	c->motor = std::make_shared<engine>();
	c->motor->wheel_ = std::make_unique<wheel>();
	c->motor->wheel_->owner = c;
	return c;
}

/* an object that keeps itself */
class watcher : public std::enable_shared_from_this<watcher> {
public:
	void start() { self_ = shared_from_this(); }

private:
	std::shared_ptr<watcher> self_; // expect: strong-cycle [watcher::self_ -> watcher] (unsafe)
};

/* lambdas stored in what they capture */
struct button {
	std::function<void()> on_click;
	std::vector<std::function<void(int)>> handlers;
	int clicks = 0;

	void listen(std::function<void(int)> handler) { handlers.push_back(std::move(handler)); }
};

void wire(std::shared_ptr<button> b)
{
	b->on_click = [b] { b->clicks++; };         // expect: strong-cycle [button::on_click -> [captured] -> button]
	b->listen([b](int n) { b->clicks += n; }); // expect: strong-cycle [button::handlers[] -> [captured] -> button]
}

class session : public std::enable_shared_from_this<session> {
public:
	void open()
	{
		timer_ = [self = shared_from_this()] { self->tick(); }; // expect: strong-cycle [session::timer_]
	}
	void tick() { ticks_++; }

private:
	std::function<void()> timer_;
	int ticks_ = 0;
};

/* a base class, and a template */
struct widget {
	std::vector<std::shared_ptr<widget>> children;
	std::shared_ptr<widget> parent; // expect: strong-cycle [widget::children[] -> widget::parent -> widget] (unsafe)
	virtual ~widget() = default;
};
struct label : widget {};
struct panel : widget {};

void lay_out()
{
	auto p = std::make_shared<panel>();
	auto l = std::make_shared<label>();

	p->children.push_back(l);
	l->parent = p;
}

template <class T> struct list_node {
	std::shared_ptr<list_node<T>> next;
	std::shared_ptr<list_node<T>> prev; // expect: strong-cycle [prev -> list_node<int>] (unsafe)
	T value;
};

void append(std::shared_ptr<list_node<int>> tail, int value)
{
	auto node = std::make_shared<list_node<int>>();

	node->value = value;
	node->prev = tail;
	tail->next = node;
}

/* a function that hands out what it was given is looked through */
struct Box {
	std::shared_ptr<Box> up; // expect: strong-cycle [Box::down[] -> Box::up -> Box]
	std::vector<std::shared_ptr<Box>> down;
};

static const std::shared_ptr<Box> &above(const std::shared_ptr<Box> &box)
{
	return box->up->up;
}

void nest(const std::shared_ptr<Box> &parent, const std::shared_ptr<Box> &child)
{
	auto top = above(parent);
	auto up = parent->up;

	if (up != top)
		parent->down.push_back(child);
	child->up = parent;
}

/* what is bound is kept as what a lambda captures */
struct draw_item {
	std::function<void(int)> hover;
	void set_hover(std::function<void(int)> f) { hover = std::move(f); }
	int hovered = 0;
};

void on_hover(const std::shared_ptr<draw_item> &item, int x);

std::shared_ptr<draw_item> make_line()
{
	auto item = std::make_shared<draw_item>();

	item->hover = std::bind(on_hover, item, std::placeholders::_1); // expect: strong-cycle [this capture closes]
	return item;
}

std::shared_ptr<draw_item> make_arc()
{
	auto item = std::make_shared<draw_item>();

	item->set_hover(std::bind(&on_hover, item, std::placeholders::_1)); // expect: strong-cycle [draw_item::hover]
	return item;
}

class reconnector : public std::enable_shared_from_this<reconnector> {
public:
	void start() { retry_ = std::bind(&reconnector::retry, shared_from_this()); } // expect: strong-cycle
	void retry() { tries_++; }

private:
	std::function<void()> retry_;
	int tries_ = 0;
};

/* a function that holds itself, to come again */
void read_block(int block, std::function<void(int)> done);

void walk_blocks(int first)
{
	auto next = std::make_shared<std::function<void(int)>>();

	*next = [next](int block) { // expect: strong-cycle [in walk_blocks()]
		if (block)
			read_block(block, *next);
	};
	(*next)(first);
}
