// fixture: strict -std=c++17
// What costs time and no bytes, or little.
#include <memory>
#include <string>
#include <vector>

struct record {
	std::string name;
};

struct box {
	int left, top, width, height, depth;
};

static std::size_t owners(std::shared_ptr<record> one) // expect: unnecessary-copy [16 bytes and one more owner to count] (safe)
{
	return one->name.size();
}

static int area(box b) // expect: unnecessary-copy [20 bytes] (safe)
{
	return b.width * b.height;
}

static int unused(std::string text) // expect: unnecessary-copy [never used] (safe)
{
	return 1;
}

static int unnamed(std::string) // expect: unnecessary-copy [parameter 1 is copied for each call and never used] (safe)
{
	return 2;
}

int main()
{
	return static_cast<int>(owners(std::make_shared<record>())) + area({1, 2, 3, 4, 5}) + unused("") + unnamed("");
}
