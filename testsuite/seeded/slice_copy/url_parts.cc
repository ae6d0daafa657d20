// SPDX-License-Identifier: MIT
// Takes URLs apart and counts what schemes there are.
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
	const std::string scheme = url.substr(0, colon); // defect: slice-copy

	return known(scheme) * 10 + static_cast<int>(scheme.size());
}

int main()
{
	for (const char *url : {"http://example.org", "https://example.org/a?b", "mailto:ann@example.org", "README"})
		std::cout << url << " " << scheme_of(url) << "\n";
}
