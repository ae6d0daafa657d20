// SPDX-License-Identifier: MIT
/* new T[n] with destructors keeps the number in front: the pointer is to the first object. */
#include <string>

namespace
{
struct Session {
	std::string *name = nullptr;
	~Session()
	{
		delete name;
	}
};

Session *sessions;
} // namespace

int main()
{
	sessions = new Session[5];
	sessions[2].name = new std::string("with a name");
	return 0;
}
