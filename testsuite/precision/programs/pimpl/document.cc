// SPDX-License-Identifier: MIT
#include "document.hpp"

#include <list>
#include <sstream>

struct Document::Private {
	std::string title;
	std::vector<std::string> paragraphs;
	std::size_t revision = 0;
};

// bytes: 64; count: 1; type: Document::Private
Document::Document(const std::string &title) : d_(std::make_unique<Private>())
{
	d_->title = title; // bytes: 42; count: 1; type: char[]
}

Document::Document(const Document &other) : d_(new Private(*other.d_)) // bytes: 64+42+96+3*51; count: 6
{
}

Document::Document(Document &&other) noexcept = default;
Document::~Document() = default;

Document &Document::operator=(Document other) noexcept
{
	d_.swap(other.d_);
	return *this;
}

void Document::append(const std::string &paragraph)
{
	d_->paragraphs.push_back(paragraph); // bytes: 32*(1+2+4)+3*51; count: 6
	d_->revision++;
}

std::size_t Document::size() const
{
	return d_->paragraphs.size();
}

const std::string &Document::title() const
{
	return d_->title;
}

namespace
{
class Counter : public Visitor
{
      public:
	explicit Counter(std::size_t &words) : words_(words)
	{
	}
	void visit(const std::string &paragraph) override
	{
		lengths_.push_back(int(paragraph.size())); // bytes: 4*24; count: 4; type: *_List_node<int>*
		words_ += paragraph.size() / 5;
	}

      private:
	std::size_t &words_;
	std::list<int> lengths_;
};
} // namespace

std::unique_ptr<Visitor> make_counter(std::size_t &words)
{
	return std::make_unique<Counter>(words); // bytes: 40; count: 1; type: *Counter
}
