/* fixture: strict -std=c++20 */
/* Fields filled by position, or seen as bytes, where no list of theirs stands. */
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <vector>

struct Parentheses { char a; long b; char c; }; /* expect: struct-padding (unsafe: by position) */
Parentheses parentheses(1, 2, 3);

struct Returned { char a; long b; char c; }; /* expect: struct-padding (unsafe: by position) */
Returned returned() { return Returned(1, 2, 3); }

struct Emplaced { char a; long b; char c; }; /* expect: struct-padding (unsafe: by position) */
void emplace(std::vector<Emplaced> &all) { all.emplace_back(1, 2, 3); }

struct Mapped { char a; long b; char c; }; /* expect: struct-padding (unsafe: by position) */
void map(std::map<std::string, Mapped> &all) { all.try_emplace("one", 1, 2, 3); }

struct Unique { char a; long b; char c; }; /* expect: struct-padding (unsafe: by position) */
auto unique() { return std::make_unique<Unique>(1, 2, 3); }

template <class T, class... Values> T make(Values... values) { return T{values...}; }
struct Made { char a; long b; char c; }; /* expect: struct-padding (unsafe: by position) */
Made made() { return make<Made>('a', 'b', 'c'); }

template <class T> void save(const T &object, char *out) { std::memcpy(out, &object, sizeof object); }
struct Saved { char a; long b; char c; }; /* expect: struct-padding (unsafe: bytes) */
void save_saved(const Saved &saved, char *out) { save(saved, out); }

template <class T> void append(std::string &out, const T &object)
{
	out.append(reinterpret_cast<const char *>(&object), sizeof(T));
}
struct Appended { char a; long b; char c; }; /* expect: struct-padding (unsafe: bytes) */
void append_appended(std::string &out, const Appended &appended) { append(out, appended); }

/* The list is for the base. */
struct Base { char a; long b; char c; }; /* expect: struct-padding (unsafe: braces) */
struct Derived : Base { int d; };
Derived derived{1, 2, 3, 4};

/* None of these depends on the order. */
struct Copied { char a; long b; char c; }; /* expect: struct-padding (safe) */
void copy(std::vector<Copied> &all, const Copied &copied) { all.emplace_back(copied); }

struct Built { char a; long b; char c; Built(char x, long y) : a(x), b(y), c(0) {} }; /* expect: struct-padding (safe) */
void build(std::vector<Built> &all) { all.emplace_back('a', 2); }

struct Default { char a; long b; char c; }; /* expect: struct-padding (safe) */
auto by_default() { return std::make_unique<Default>(); }

template <class T> long total(const T &object) { return object.b; }
struct Totalled { char a; long b; char c; }; /* expect: struct-padding (safe) */
long total_of(const Totalled &totalled) { return total(totalled); }

template <class T> T *allocate() { return static_cast<T *>(::operator new(sizeof(T))); }
struct Allocated { char a; long b; char c; }; /* expect: struct-padding (safe) */
Allocated *allocated() { return allocate<Allocated>(); }
