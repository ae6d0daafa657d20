// SPDX-License-Identifier: MIT
// Connections of a small HTTP server with callbacks for what happens to them.
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

struct Connection {
	int fd = -1;
	std::string buffer;
	std::function<void(const std::string &)> on_data;
	std::function<void()> on_close;
	size_t received = 0;

	void feed(const std::string &bytes)
	{
		buffer += bytes;
		if (on_data)
			on_data(bytes);
	}
	void close()
	{
		if (on_close)
			on_close();
		fd = -1;
	}
};

class Server
{
      public:
	std::shared_ptr<Connection> accept(int fd)
	{
		auto conn = std::make_shared<Connection>();

		conn->fd = fd;
		auto count = [conn](const std::string &bytes) { // defect: strong-cycle
			conn->received += bytes.size();
		};
		conn->on_data = count;
		conn->on_close = [this] { closed_++; };
		open_++;
		return conn;
	}
	int open() const
	{
		return open_ - closed_;
	}

      private:
	int open_ = 0, closed_ = 0;
};

int main()
{
	Server server;

	for (int fd = 3; fd < 8; fd++) {
		auto conn = server.accept(fd);

		conn->feed("GET / HTTP/1.1\r\n");
		conn->feed("\r\n");
		std::printf("fd %d: %zu bytes\n", conn->fd, conn->received);
		conn->close();
	}
	std::printf("%d open\n", server.open());
	return server.open();
}
