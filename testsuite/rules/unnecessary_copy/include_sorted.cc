/* Two moves, and one include in its order among its like. fixture: -std=c++17 */
#include <stdlib.h>

#include <memory>
#include <string>
#include <vector>

#ifdef _WIN32
#include <variant>
#include <wchar.h>
#endif

class record {
public:
	explicit record(std::string name) : name_(name) {} /* expect: unnecessary-copy [could be moved] (safe) */
	void words(std::vector<std::string> words) { words_ = words; } /* expect: unnecessary-copy [moved] (safe) */

private:
	std::string name_;
	std::vector<std::string> words_;
};
