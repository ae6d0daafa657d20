// Includes that have no order. fixture: -std=c++17
# include <string>
# include <map>
# include <sys/types.h>

class record {
public:
	explicit record(std::string name) : name_(name) {} /* expect: unnecessary-copy [could be moved] (safe) */

private:
	std::string name_;
};
