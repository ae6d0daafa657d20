// SPDX-License-Identifier: MIT
// A scene graph: groups hold shapes and groups; world positions come from walking up.
#include <cstdio>
#include <memory>
#include <vector>

struct Group;

struct Item {
	double x = 0, y = 0;
	std::shared_ptr<Group> parent; // defect: strong-cycle
	virtual ~Item() = default;
	virtual double area() const = 0;
	void world(double &wx, double &wy) const;
};

struct Circle : Item {
	double radius;
	explicit Circle(double r) : radius(r)
	{
	}
	double area() const override
	{
		return 3.14159 * radius * radius;
	}
};

struct Group : Item, std::enable_shared_from_this<Group> {
	std::vector<std::shared_ptr<Item>> items;
	double area() const override
	{
		double sum = 0;

		for (auto &item : items)
			sum += item->area();
		return sum;
	}
	void add(const std::shared_ptr<Item> &item, double x, double y)
	{
		item->x = x;
		item->y = y;
		item->parent = shared_from_this();
		items.push_back(item);
	}
};

void Item::world(double &wx, double &wy) const
{
	wx += x;
	wy += y;
	if (parent)
		parent->world(wx, wy);
}

int main()
{
	auto scene = std::make_shared<Group>();
	auto wheels = std::make_shared<Group>();
	auto wheel = std::make_shared<Circle>(2.0);
	double x = 0, y = 0;

	scene->add(wheels, 10, 5);
	wheels->add(wheel, 1, 1);
	wheels->add(std::make_shared<Circle>(2.0), 4, 1);
	wheel->world(x, y);
	std::printf("wheel at %g %g, area %g\n", x, y, scene->area());
	return x == 11 && y == 6 ? 0 : 1;
}
