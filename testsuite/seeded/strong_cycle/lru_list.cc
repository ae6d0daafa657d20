// SPDX-License-Identifier: MIT
// A doubly linked list of cache entries, most recently used first.
#include <cstdio>
#include <memory>
#include <string>

template <class V> struct Entry {
	std::string key;
	V value{};
	std::shared_ptr<Entry> next;
	std::shared_ptr<Entry> prev; // defect: strong-cycle
};

template <class V> class Recent
{
      public:
	void push(const std::string &key, V value)
	{
		auto entry = std::make_shared<Entry<V>>();

		entry->key = key;
		entry->value = value;
		entry->next = head_;
		if (head_)
			head_->prev = entry;
		head_ = entry;
		count_++;
	}
	const V *find(const std::string &key) const
	{
		for (auto e = head_; e; e = e->next) {
			if (e->key == key)
				return &e->value;
		}
		return nullptr;
	}
	size_t count() const
	{
		return count_;
	}

      private:
	std::shared_ptr<Entry<V>> head_;
	size_t count_ = 0;
};

int main()
{
	Recent<int> recent;

	for (int i = 0; i < 20; i++)
		recent.push("page" + std::to_string(i), i * i);
	const int *found = recent.find("page7");

	std::printf("%zu entries, page7 is %d\n", recent.count(), found ? *found : -1);
	return found && *found == 49 ? 0 : 1;
}
