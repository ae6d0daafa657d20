/* Names as the file writes them. fixture: strict -std=c++17 */
#include <string>

using namespace std;

bool ends_with(const string &text, const string &end)
{
	return text.size() >= end.size() && text.substr(text.size() - end.size()) == end; /* expect: slice-copy (safe) */
}

size_t count(const string &line)
{
	const string rest = line.substr(20); /* expect: slice-copy (safe) */
	size_t n = 0;

	for (char c : rest)
		n += c == 'x';
	return n;
}
