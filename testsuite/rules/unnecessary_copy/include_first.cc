/* A file that includes nothing yet. fixture: -std=c++17 */
#ifndef FIRST_H
#define FIRST_H
class text {
public:
	text();
	text(const text &other);
	text(text &&other);
	text &operator=(const text &other);
	text &operator=(text &&other);
	~text();

private:
	char *at;
	long room[8];
};

class holder {
public:
	explicit holder(text t) : t_(t) {} /* expect: unnecessary-copy [could be moved] (safe) */

private:
	text t_;
};
#endif
