// SPDX-License-Identifier: MIT
// Containers of the program's own, as templates in a header.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>

template <typename T> class Matrix
{
      public:
	Matrix(std::size_t rows, std::size_t columns)
	    // bytes: 8*100+4*16; count: 2; type: double[] or int[]; name: cells
	    : rows_(rows), columns_(columns), cells_(new T[rows * columns]())
	{
	}
	Matrix(const Matrix &other) : Matrix(other.rows_, other.columns_)
	{
		std::memcpy(cells_, other.cells_, rows_ * columns_ * sizeof(T));
	}
	Matrix(Matrix &&other) noexcept
	    : rows_(other.rows_), columns_(other.columns_), cells_(std::exchange(other.cells_, nullptr))
	{
	}
	Matrix &operator=(const Matrix &) = delete;
	~Matrix()
	{
		delete[] cells_;
	}

	T &at(std::size_t row, std::size_t column)
	{
		if (row >= rows_ || column >= columns_)
			throw std::out_of_range("matrix"); // bytes: any
		return cells_[row * columns_ + column];
	}

      private:
	std::size_t rows_, columns_;
	T *cells_;
};

// A list of blocks; the program's nodes, one per push.
template <typename T> class Stack
{
	struct Node {
		T value;
		Node *below;
	};

      public:
	~Stack()
	{
		while (top_)
			pop();
	}
	void push(T value)
	{
		// bytes: 20*16+5*32; count: 25; type: Stack<*>::Node; name: push
		top_ = new Node{std::move(value), top_};
	}
	T pop()
	{
		Node *node = top_;
		T value = std::move(node->value);

		top_ = node->below;
		delete node;
		return value;
	}

      private:
	Node *top_ = nullptr;
};
