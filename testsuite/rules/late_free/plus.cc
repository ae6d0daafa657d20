// Containers that stay full after their last use. fixture: -std=c++17
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <unistd.h>
#include <vector>

static int sum(const std::vector<int> &v)
{
	int n = 0;

	for (int x : v)
		n += x;
	return n;
}

int keep(int count)
{
	std::vector<int> numbers; // expect: late-free ['numbers', filled in a loop]
	int n;

	for (int i = 0; i < count; i++)
		numbers.push_back(i);
	n = sum(numbers);
	sleep(10);
	return n;
}

int large()
{
	std::vector<char> bytes(1 << 20); // expect: late-free [1048576 bytes]
	int n = bytes[7];

	sleep(10);
	return n;
}

int used_after(int count)
{
	std::vector<int> numbers;

	for (int i = 0; i < count; i++)
		numbers.push_back(i);
	sleep(10);
	return sum(numbers);
}

int by_reference(int count)
{
	std::vector<int> numbers;

	for (int i = 0; i < count; i++)
		numbers.push_back(i);
	int &first = numbers[0];
	sleep(10);
	return first;
}

int by_iterator(int count)
{
	std::vector<int> numbers;

	for (int i = 0; i < count; i++)
		numbers.push_back(i);
	auto last = numbers.end();
	sleep(10);
	return *--last;
}

std::vector<int> returned(int count)
{
	std::vector<int> numbers;

	for (int i = 0; i < count; i++)
		numbers.push_back(i);
	sleep(10);
	return numbers;
}

/* Filled by whoever made it. */
static std::vector<std::string> read_lines(std::istream &in)
{
	std::vector<std::string> lines;
	std::string line;

	while (std::getline(in, line))
		lines.push_back(line);
	return lines;
}

std::size_t longest(std::istream &in)
{
	std::vector<std::string> lines = read_lines(in); // expect: late-free ['lines', filled in a loop]
	std::size_t longest = 0;

	for (const auto &line : lines)
		if (line.size() > longest)
			longest = line.size();
	sleep(10);
	return longest;
}

std::size_t longest_kept(std::istream &in)
{
	std::vector<std::string> lines = read_lines(in);
	const std::string *longest = nullptr;

	for (const auto &line : lines)
		if (!longest || line.size() > longest->size())
			longest = &line;
	sleep(10);
	return longest ? longest->size() : 0;
}

/* Characters are elements as well. */
std::size_t letters(std::istream &in)
{
	std::string text; // expect: late-free ['text', filled in a loop]
	std::size_t n;
	char c;

	while (in.get(c))
		text.push_back(c);
	n = text.size();
	sleep(10);
	return n;
}

/* Elements whose destructors do more than to free memory. */
int locked(std::vector<std::mutex> &mutexes)
{
	std::vector<std::unique_lock<std::mutex>> locks;

	for (auto &mutex : mutexes)
		locks.emplace_back(mutex);
	sleep(10);
	return 0;
}

int shared(std::istream &in, const std::shared_ptr<std::ofstream> &out)
{
	std::vector<std::shared_ptr<std::ofstream>> kept;

	while (in.get())
		kept.push_back(out);
	sleep(10);
	return 0;
}

/* A word, whose letters are put together one by one. */
static std::string reversed(const std::string &word)
{
	std::string result;

	for (auto at = word.rbegin(); at != word.rend(); ++at)
		result.push_back(*at);
	return result;
}

std::size_t of_word(const std::string &word)
{
	std::string back = reversed(word);
	std::size_t n = back.find('a');

	sleep(10);
	return n;
}
