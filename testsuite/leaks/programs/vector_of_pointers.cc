// SPDX-License-Identifier: MIT
/* A vector of pointers was destroyed, what they pointed to was not. */
#include <vector>

namespace
{
struct Shape {
	virtual ~Shape() = default;
	virtual double area() const = 0;
};

struct Square : Shape {
	double side = 2;
	double area() const override
	{
		return side * side;
	}
};

double sum()
{
	std::vector<Shape *> shapes;
	double area = 0;

	for (int i = 0; i < 9; i++)
		shapes.push_back(new Square);
	for (const Shape *shape : shapes)
		area += shape->area();
	return area;
}
} // namespace

int main()
{
	return sum() > 100;
}
