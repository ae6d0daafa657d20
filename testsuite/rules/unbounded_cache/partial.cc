// fixture: partial -std=c++17
// Not the whole program: only of what no other file can name is it known that nothing takes out.
#include <iostream>
#include <set>
#include <string>

std::set<std::string> shared;
static std::set<std::string> own; // expect: unbounded-cache ['own']

int main()
{
	std::string line;

	while (std::getline(std::cin, line)) {
		shared.insert(line);
		own.insert(line);
	}
}
