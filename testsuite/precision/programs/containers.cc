// SPDX-License-Identifier: MIT
/*
 * An order book with the standard containers of a working day.
 * style: C++17 containers: vector, map, unordered_map, deque, list, set
 * flags: -std=c++17
 */
#include <deque>
#include <list>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

struct Order {
	int id;
	double price;
	int quantity;
};

struct Level {
	double price;
	std::deque<Order> orders;
};

class Book
{
      public:
	void add(const Order &order)
	{
		all_.push_back(order);                        // bytes: 24*(1+2+4+8+16+32+64); count: 7; type: Order[]
		byPrice_[int(order.price)] += order.quantity; // bytes: 10*40; count: 10; type: *_Rb_tree_node<*pair<*
		if (seen_.insert(order.id).second)            // bytes: 64*40; count: 64; type: *_Rb_tree_node<int>*
			fresh_++;
	}

	int fresh() const
	{
		return fresh_;
	}
	const std::vector<Order> &all() const
	{
		return all_;
	}

      private:
	std::vector<Order> all_;
	std::map<int, int> byPrice_;
	std::set<int> seen_;
	int fresh_ = 0;
};

static int indexed(const std::vector<Order> &orders)
{
	std::unordered_map<int, const Order *> index;
	index.reserve(100); // bytes: 8*103; count: 1

	for (const Order &order : orders)
		index.emplace(order.id, &order); // bytes: 64*24; count: 64; type: *_Hash_node<*
	return index.count(63) && index.at(5)->quantity == 5 ? int(index.size()) : 0;
}

static int queued(int n)
{
	std::list<Order> queue;
	std::deque<int> recent; // bytes: 64+512; count: 2
	int sum = 0;

	for (int i = 0; i < n; i++) {
		queue.push_back({i, 1.5, i}); // bytes: 20*40; count: 20; type: *_List_node<Order>*
		recent.push_back(i);
	}
	queue.remove_if([](const Order &order) { return order.id % 2; });
	for (const Order &order : queue)
		sum += order.quantity + recent[std::size_t(order.id)];
	return sum;
}

static std::size_t matrix()
{
	std::vector<std::vector<float>> rows(8, std::vector<float>(16)); // bytes: 8*24+9*64; count: 10
	std::vector<bool> mask(1000);                                    // bytes: 128; count: 1

	for (auto &row : rows)
		row.resize(32); // bytes: 8*128; count: 8; type: float[]
	mask[999] = true;
	return rows[7].size() + mask[999];
}

int main()
{
	Book book;

	for (int i = 0; i < 64; i++)
		book.add({i, 100.0 + i % 10, i});
	Level level{1.0, {}}; // bytes: 64+504; count: 2
	for (const Order &order : book.all())
		level.orders.push_back(order); // bytes: any
	bool ok = book.fresh() == 64 && indexed(book.all()) == 64 && queued(20) == 180 && matrix() == 33;
	return ok && level.orders.size() == 64 ? 0 : 1;
}
