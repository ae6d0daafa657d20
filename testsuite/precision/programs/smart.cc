// SPDX-License-Identifier: MIT
/*
 * A scene graph: unique_ptr, shared_ptr, weak_ptr, custom deleters, enable_shared_from_this, moves.
 * style: C++17 smart pointers and moves
 * flags: -std=c++17
 */
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <vector>

struct Mesh {
	float vertices[30];
	explicit Mesh(float value)
	{
		std::fill(std::begin(vertices), std::end(vertices), value);
	}
};

struct Node : std::enable_shared_from_this<Node> {
	std::shared_ptr<Mesh> mesh;
	std::weak_ptr<Node> parent;
	std::vector<std::shared_ptr<Node>> children;
	int id = 0;

	void adopt(std::shared_ptr<Node> child)
	{
		child->parent = weak_from_this();
		children.push_back(std::move(child)); // bytes: 16*(1+2+4); count: 3; type: *shared_ptr<Node>*[]
	}
};

struct Free {
	void operator()(char *text) const
	{
		std::free(text);
	}
};

using Text = std::unique_ptr<char, Free>;

static Text text_of(const char *from)
{
	return Text(strdup(from)); // bytes: 4*8; count: 4; type: char[]
}

class Shape
{
      public:
	virtual ~Shape() = default;
	virtual double area() const = 0;
};

class Circle : public Shape
{
      public:
	explicit Circle(double radius) : radius_(radius)
	{
	}
	double area() const override
	{
		return 3 * radius_ * radius_;
	}

      private:
	double radius_;
};

class Square : public Shape
{
      public:
	// bytes: 3*80; count: 3; type: double[]
	explicit Square(double side) : side_(side), cache_(new double[10]())
	{
	}
	double area() const override
	{
		return side_ * side_ + cache_[9];
	}

      private:
	double side_;
	std::unique_ptr<double[]> cache_;
};

static std::unique_ptr<Shape> make_shape(int kind)
{
	if (kind % 2)
		return std::make_unique<Circle>(kind); // bytes: 3*16; count: 3; type: Circle
	return std::make_unique<Square>(kind);         // bytes: 3*24; count: 3; type: Square
}

int main()
{
	auto mesh = std::make_shared<Mesh>(1.0f);    // bytes: 136; count: 1; type: *Mesh*
	auto root = std::make_shared<Node>();        // bytes: 96; count: 1; type: *Node*
	std::shared_ptr<Mesh> spare(new Mesh(2.0f)); // bytes: 120+24; count: 2
	bool ok = true;

	for (int i = 0; i < 4; i++) {
		auto child = std::make_shared<Node>(); // bytes: 4*96; count: 4; type: *Node*
		child->mesh = i % 2 ? mesh : spare;
		child->id = i;
		root->adopt(std::move(child));
		ok = ok && std::strlen(text_of("a text!").get()) == 7;
	}
	std::vector<std::unique_ptr<Shape>> shapes(6); // bytes: 48; count: 1; type: *unique_ptr<Shape*[]
	double total = 0;
	for (int i = 0; i < 6; i++)
		shapes[std::size_t(i)] = make_shape(i);
	for (const auto &shape : shapes)
		total += shape->area();
	auto pixels = std::make_unique<unsigned char[]>(640);     // bytes: 640; count: 1; type: unsigned char[]
	std::shared_ptr<void> handle(std::malloc(32), std::free); // bytes: 32+32; count: 2
	ok = ok && total == 125 && pixels[639] == 0 && handle && root->children[3]->parent.lock() == root;
	return ok ? 0 : 1;
}
