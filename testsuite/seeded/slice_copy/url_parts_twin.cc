// SPDX-License-Identifier: MIT
// Takes URLs apart and counts what schemes there are.
// Twin: the part is kept in lower case.
#include <iostream>
#include <string>

static int known(const std::string &scheme)
{
	return scheme == "http" ? 1 : scheme == "https" ? 2 : scheme == "ftp" ? 3 : 0;
}

static int scheme_of(const std::string &url)
{
	const auto colon = url.find(':');

	if (colon == std::string::npos)
		return 0;
	std::string scheme = url.substr(0, colon);

	for (char &c : scheme)
		c = static_cast<char>(c | 0x20);
	return known(scheme) * 10 + static_cast<int>(scheme.size());
}

int main()
{
	for (const char *url : {"http://example.org", "https://example.org/a?b", "mailto:ann@example.org", "README"})
		std::cout << url << " " << scheme_of(url) << "\n";
}
