// SPDX-License-Identifier: MIT
/*
 * Documents by value, their insides in another unit; a visitor from a factory; a registry of makers.
 * style: C++17 pimpl over units, factories, copies and moves
 * flags: -std=c++17
 */
#include "document.hpp"

#include <functional>
#include <map>

static std::map<std::string, std::function<Document()>> makers()
{
	std::map<std::string, std::function<Document()>> all;

	all["letter"] = [] { return Document("a letter with a title of forty letters 40"); }; // bytes: any
	all["report"] = [] { return Document("not used"); };                                  // bytes: any
	return all;
}

int main()
{
	auto all = makers();
	Document letter = all.at("letter")();
	std::size_t words = 0;
	auto counter = make_counter(words);

	for (int i = 0; i < 3; i++)
		letter.append(std::string(50, char('a' + i))); // bytes: 3*51; count: 3; type: char[]
	Document copy = letter;
	letter = std::move(copy);
	for (int i = 0; i < 4; i++)
		counter->visit(letter.title());
	return letter.size() == 3 && words == 32 ? 0 : 1;
}
