// SPDX-License-Identifier: MIT
// An editor's documents and their views; a view repaints when its document changes.
#include <cstdio>
#include <list>
#include <memory>
#include <string>

class View;

class Document : public std::enable_shared_from_this<Document>
{
      public:
	void insert(const std::string &text);
	void add_view(const std::shared_ptr<View> &view)
	{
		views_.push_back(view);
	}
	const std::string &text() const
	{
		return text_;
	}

      private:
	std::string text_;
	std::list<std::shared_ptr<View>> views_;
};

class View
{
      public:
	void show(std::shared_ptr<Document> document)
	{
		document_ = document;
	}
	void changed()
	{
		width_ = document_->text().size();
	}
	size_t width() const
	{
		return width_;
	}

      private:
	std::shared_ptr<Document> document_; // defect: strong-cycle
	size_t width_ = 0;
};

void Document::insert(const std::string &text)
{
	text_ += text;
	for (auto &view : views_)
		view->changed();
}

static std::shared_ptr<View> open_view(const std::shared_ptr<Document> &document)
{
	auto view = std::make_shared<View>();

	view->show(document);
	document->add_view(view);
	return view;
}

int main()
{
	for (int i = 0; i < 3; i++) {
		auto document = std::make_shared<Document>();
		auto left = open_view(document), right = open_view(document);

		document->insert("the quick brown fox");
		std::printf("%zu %zu\n", left->width(), right->width());
	}
}
