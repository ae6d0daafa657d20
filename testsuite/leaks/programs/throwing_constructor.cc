// SPDX-License-Identifier: MIT
/* A constructor throws after its member was allocated by hand. */
#include <stdexcept>

namespace
{
struct Connection {
	char *buffer;
	explicit Connection(int port) : buffer(new char[256])
	{
		if (port < 0)
			throw std::invalid_argument("port");
	}
	~Connection()
	{
		delete[] buffer;
	}
};
} // namespace

int main()
{
	int failures = 0;

	for (int port = -3; port < 3; port++) {
		try {
			Connection connection(port);
		} catch (const std::invalid_argument &) {
			failures++;
		}
	}
	return failures != 3;
}
