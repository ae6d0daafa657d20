// fixture: unsafe -std=c++17
// The link back becomes weak, its uses lock it; what only assigns it stays.
#include <memory>
#include <string>
#include <vector>

struct house;

struct tenant {
	explicit tenant(std::shared_ptr<house> h) : home(std::move(h)) {}
	std::string address() const;
	bool lives() const { return home != nullptr; }
	std::shared_ptr<house> home; // expect: strong-cycle (unsafe)
};

struct house : std::enable_shared_from_this<house> {
	std::string street;
	std::vector<std::shared_ptr<tenant>> tenants;

	void rent()
	{
		tenants.push_back(std::make_shared<tenant>(shared_from_this()));
	}
	void move_in(std::shared_ptr<tenant> t)
	{
		t->home = shared_from_this();
		tenants.push_back(t);
	}
};

std::string tenant::address() const
{
	if (!home)
		return "";
	auto keep = home;
	return home->street + (*home).street + keep->street + home.get()->street;
}
