// SPDX-License-Identifier: MIT
// Functions labelled by hand with what they may do, as in effects.c.
#include <memory>
#include <string>
#include <vector>

struct node {
	node *next;
	std::string name;
	int value;
};

static std::string *kept;

/* effects: s=reads */
size_t size_of(const std::string &s)
{
	return s.size();
}

/* effects: x=reads writes */
void bump(int &x)
{
	x++;
}

/* effects: a=reads writes, b=reads writes */
void exchange(int &a, int &b)
{
	int t = a;
	a = b;
	b = t;
}

/* effects: n=reads */
int value_of(const node &n)
{
	return n.value;
}

/* effects: n=returns; does=shared */
int &value_ref(node &n)
{
	return n.value;
}

/* effects: s=keeps; does=write */
void keep(std::string &s)
{
	kept = &s;
}

/* effects: p=frees */
void drop(int *p)
{
	delete p;
}

/* effects: v=reads */
int first(const std::vector<int> &v)
{
	return v[0];
}

class counter
{
	int n = 0;
	counter *other = nullptr;

      public:
	/* effects: this=reads */
	int get() const
	{
		return n;
	}

	/* effects: this=reads writes */
	void bump()
	{
		n++;
	}

	/* effects: this=reads writes */
	void twice()
	{
		bump();
		this->bump();
	}

	/* effects: this=returns; does=shared */
	counter &self()
	{
		return *this;
	}

	/* effects: this=writes, c=keeps */
	void attach(counter *c)
	{
		other = c;
	}

	/* effects: this=reads reads-inside writes-inside */
	void forward()
	{
		other->bump();
	}
};

/* effects: c=reads writes */
void use(counter &c)
{
	c.bump();
}

/* effects: c=reads */
int read(const counter &c)
{
	return c.get();
}

/* effects: ; does=alloc new */
int *fresh()
{
	return new int(3);
}

/* effects: p=reads; does=loop */
int total(const int *p, int n)
{
	int sum = 0;
	for (int i = 0; i < n; i++)
		sum += p[i];
	return sum;
}

struct base {
	virtual int run(int *p);
	virtual ~base();
};

/* effects: p=reads writes keeps frees, b=reads writes reads-inside writes-inside keeps keeps-inside frees frees-inside calls calls-inside; does=alloc io callback loop unknown write wait bytes */
int run(base *b, int *p)
{
	return b->run(p);
}

/* effects: a=returns, b=returns; does=shared */
const std::string &longer(const std::string &a, const std::string &b, bool which)
{
	return which ? a : b;
}

/* effects: p=reads */
int inner(const int *p)
{
	auto value = static_cast<const int *>(p);
	return *value;
}

/* effects: out=writes, value=reads */
void assign(int *out, const int &value)
{
	*out = value;
}
