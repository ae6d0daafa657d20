// SPDX-License-Identifier: MIT
/* Type names as a person writes them. */
#include "analyzer/profile/type_name.h"

#include <string.h>

static void replace_all(char *text, const char *from, const char *to)
{
	const size_t length = strlen(from), wanted = strlen(to);

	for (char *at = text; (at = strstr(at, from)); at += wanted) {
		memcpy(at, to, wanted);
		memmove(at + wanted, at + length, strlen(at + length) + 1);
	}
}

static bool starts_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

/* What containers and smart pointers allocate one by one, though through an allocator of arrays. */
bool type_is_node(const char *name)
{
	static const char *const nodes[] = {
	        "std::_Rb_tree_node<",           "std::_List_node<",  "std::_Fwd_list_node<", "std::_Hash_node<",
	        "std::_Sp_counted_ptr_inplace<", "std::make_shared<",
	};

	for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
		if (starts_with(name, nodes[i]))
			return true;
	return false;
}

/* The end of the first argument of a template whose arguments begin at @at. */
static char *end_of_argument(char *at)
{
	unsigned depth = 0;

	for (; *at; at++) {
		if (*at == '<' || *at == '(')
			depth++;
		else if ((*at == '>' || *at == ')') && depth)
			depth--;
		else if (!depth && (*at == ',' || *at == '>'))
			return at;
	}
	return NULL;
}

/* std::_Sp_counted_ptr_inplace<T, allocator, policy> is what make_shared<T>() allocates. */
static void name_shared(char *text)
{
	static const char inplace[] = "std::_Sp_counted_ptr_inplace<", shared[] = "std::make_shared<";
	char *argument = text + strlen(inplace), *end, *close;

	if (!starts_with(text, inplace) || !(end = end_of_argument(argument)) || !(close = strrchr(end, '>')))
		return;
	memmove(text + strlen(shared), argument, (size_t)(end - argument));
	memcpy(text, shared, strlen(shared));
	end = text + strlen(shared) + (end - argument);
	memmove(end, close, strlen(close) + 1);
}

const char *type_shown(struct arena *arena, const char *name)
{
	char *text;

	if (!strstr(name, "std::"))
		return name;
	text = arena_strdup(arena, name);
	replace_all(text, "std::__cxx11::basic_string<char>", "std::string");
	replace_all(text, "__cxx11::", "");
	replace_all(text, "__detail::", "");
	replace_all(text, " >", ">");
	name_shared(text);
	const size_t length = strlen(text);

	if (type_is_node(text) && length > 2 && !strcmp(text + length - 2, "[]"))
		text[length - 2] = 0;
	return text;
}

const char *type_shown_object(struct arena *arena, const char *name)
{
	static const char shared[] = "std::make_shared<";
	const char *shown = type_shown(arena, name);
	const size_t length = strlen(shown);

	if (!starts_with(shown, shared) || shown[length - 1] != '>')
		return shown;
	return arena_strndup(arena, shown + strlen(shared), length - strlen(shared) - 1);
}
