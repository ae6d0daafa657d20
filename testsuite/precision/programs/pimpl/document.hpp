// SPDX-License-Identifier: MIT
// A document whose insides stand in another unit.
#pragma once

#include <memory>
#include <string>
#include <vector>

class Document
{
      public:
	explicit Document(const std::string &title);
	Document(const Document &other);
	Document(Document &&other) noexcept;
	Document &operator=(Document other) noexcept;
	~Document();

	void append(const std::string &paragraph);
	std::size_t size() const;
	const std::string &title() const;

      private:
	struct Private;
	std::unique_ptr<Private> d_;
};

class Visitor
{
      public:
	virtual ~Visitor() = default;
	virtual void visit(const std::string &paragraph) = 0;
};

std::unique_ptr<Visitor> make_counter(std::size_t &words);
