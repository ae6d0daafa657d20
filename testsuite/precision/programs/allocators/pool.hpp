// SPDX-License-Identifier: MIT
// A standard allocator that counts, a class with its own operator new, a CRTP base with a free list.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

template <typename T> class CountingAllocator
{
      public:
	using value_type = T;

	explicit CountingAllocator(std::size_t &total) : total_(&total)
	{
	}
	template <typename U> CountingAllocator(const CountingAllocator<U> &other) : total_(other.total_)
	{
	}

	T *allocate(std::size_t n)
	{
		*total_ += n * sizeof(T);
		return static_cast<T *>(::operator new(n * sizeof(T)));
	}

	void deallocate(T *block, std::size_t)
	{
		::operator delete(block);
	}

	template <typename U> bool operator==(const CountingAllocator<U> &other) const
	{
		return total_ == other.total_;
	}
	template <typename U> bool operator!=(const CountingAllocator<U> &other) const
	{
		return total_ != other.total_;
	}

	std::size_t *total_;
};

// Objects of Derived come from malloc, and go to a free list for the next one.
template <typename Derived> class Recycled
{
      public:
	static void *operator new(std::size_t size)
	{
		if (free_) {
			void *block = free_;

			free_ = free_->next;
			return block;
		}
		void *block = std::malloc(size);
		if (!block)
			throw std::bad_alloc();
		return block;
	}

	static void operator delete(void *block)
	{
		Link *link = static_cast<Link *>(block);

		link->next = free_;
		free_ = link;
	}

	static void drain()
	{
		while (free_) {
			Link *next = free_->next;

			std::free(free_);
			free_ = next;
		}
	}

      private:
	struct Link {
		Link *next;
	};
	static inline Link *free_ = nullptr;
};
