/* SPDX-License-Identifier: MIT */
/* Type names as a person writes them. */
#ifndef MEMLINT_TYPE_NAME_H
#define MEMLINT_TYPE_NAME_H

#include "analyzer/base/arena.h"

#include <stdbool.h>

/* @name without what the C++ library adds for itself, in @arena, or @name: std::__cxx11::basic_string<char>[] as std::string[], and of
 * nodes, which are never arrays, std::_Rb_tree_node<int>[] as std::_Rb_tree_node<int>. */
const char *type_shown(struct arena *arena, const char *name);

/* The same where fields are named: what std::make_shared<T>() makes is a T. */
const char *type_shown_object(struct arena *arena, const char *name);

/* True for what the C++ library's containers and smart pointers allocate for one element: std::_Rb_tree_node<int>. */
bool type_is_node(const char *name);

#endif
