// SPDX-License-Identifier: MIT
/*
 * Shortest paths: a graph by name, a priority queue, sorting, results by value.
 * style: C++20 algorithms: unordered_map of vectors, priority_queue, sort, lambdas
 * flags: -std=c++20
 */
#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

struct Edge {
	int to;
	double weight;
};

struct Visit {
	double distance;
	int node;
	bool operator<(const Visit &other) const
	{
		return distance > other.distance;
	}
};

class Graph
{
      public:
	int node(const std::string &name)
	{
		auto [at, fresh] = ids_.try_emplace(name, int(edges_.size())); // bytes: any; type: *_Hash_node<*
		if (fresh)
			edges_.emplace_back(); // bytes: 24*(1+2+4+8+16+32); count: 6; type: *vector<Edge*[]
		return at->second;
	}

	void connect(int from, int to, double weight)
	{
		edges_[std::size_t(from)].push_back({to, weight}); // bytes: 20*16*(1+2); count: 40; type: Edge[]
	}

	std::vector<double> distances(int from) const
	{
		std::vector<double> best(edges_.size(), 1e9); // bytes: 20*8; count: 1; type: double[]
		std::priority_queue<Visit> queue;

		queue.push({0, from}); // bytes: 16; count: 1; type: Visit[]
		best[std::size_t(from)] = 0;
		while (!queue.empty()) {
			Visit at = queue.top();
			queue.pop();
			for (const Edge &edge : edges_[std::size_t(at.node)]) {
				double distance = at.distance + edge.weight;
				if (distance >= best[std::size_t(edge.to)])
					continue;
				best[std::size_t(edge.to)] = distance;
				queue.push({distance, edge.to}); // bytes: any; type: Visit[]
			}
		}
		return best;
	}

      private:
	std::unordered_map<std::string, int> ids_;
	std::vector<std::vector<Edge>> edges_;
};

static std::vector<int> order(const std::vector<double> &values)
{
	std::vector<int> result(values.size()); // bytes: 80; count: 1; type: int[]

	std::iota(result.begin(), result.end(), 0);
	std::stable_sort(result.begin(), result.end(), [&](int a, int b) { // bytes: any
		return values[std::size_t(a)] > values[std::size_t(b)];
	});
	return result;
}

int main()
{
	Graph graph;

	for (int i = 0; i < 20; i++)
		graph.node("node" + std::to_string(i));
	for (int i = 0; i < 20; i++) {
		graph.connect(i, (i + 1) % 20, 1);
		graph.connect(i, (i * 7) % 20, 5);
	}
	auto distances = graph.distances(0);
	auto sorted = order(distances);
	std::function<double(std::size_t)> total = [&](std::size_t n) {
		return n ? distances[n - 1] + total(n - 1) : 0.0;
	};
	return sorted.back() == 0 && total(20) > 20 ? 0 : 1;
}
