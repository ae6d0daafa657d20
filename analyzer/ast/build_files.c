// SPDX-License-Identifier: MIT
/* Files, places and strings: from libclang's handles to our own. */
#include "analyzer/ast/build.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t RAW_MACRO = 1u << 31;

/* Clang's encoding of a location: the top bit says that it lies in a macro expansion. */
uint32_t build_raw(CXSourceLocation location)
{
	return location.int_data;
}

const char *build_string(struct build *b, CXString string)
{
	const char *text = intern_string(b->names, clang_getCString(string));

	clang_disposeString(string);
	return text;
}

static bool under(const char *path, const char *directory)
{
	return !strncmp(path, directory, strlen(directory));
}

static void index_lines(struct build *b, struct ast_file *file)
{
	uint32_t count = 1, *lines;

	for (const char *at = file->text; (at = memchr(at, '\n', (size_t)(file->text + file->size - at))); at++)
		count++;
	lines = arena_array(b->arena, count, uint32_t);
	count = 1;
	for (const char *at = file->text; (at = memchr(at, '\n', (size_t)(file->text + file->size - at))); at++)
		lines[count++] = (uint32_t)(at - file->text) + 1;
	file->lines = lines;
	file->nlines = count;
}

/* A file by another name is the same file: compare what the file system says. */
static struct build_file *same_file(struct build *b, CXFile handle, CXFileUniqueID *id)
{
	if (clang_getFileUniqueID(handle, id))
		return NULL;
	for (size_t i = 1; i < b->file_list.count; i++) {
		struct build_file *file = b->file_list.items[i];

		if (file->ast.id[0] == id->data[0] && file->ast.id[1] == id->data[1] && file->ast.id[0])
			return file;
	}
	return NULL;
}

/* libclang's "real" path keeps symbolic links: ask the file system. */
static const char *resolved(struct build *b, const char *path)
{
	char real[PATH_MAX];

	return realpath(path, real) ? intern_string(b->names, real) : path;
}

static struct build_file *new_file(struct build *b, CXFile handle, const CXFileUniqueID *id)
{
	struct build_file *file = arena_new(b->arena, struct build_file);
	struct ast_file *ast = &file->ast;
	size_t size = 0;

	ast->name = build_string(b, clang_getFileName(handle));
	ast->path = build_string(b, clang_File_tryGetRealPathName(handle));
	if (!*ast->path)
		ast->path = ast->name;
	memcpy(ast->id, id->data, sizeof ast->id);
	file->raw = clang_getFileContents(b->tu, handle, &size);
	ast->size = size > UINT32_MAX || !file->raw ? 0 : (uint32_t)size;
	ast->system = clang_Location_isInSystemHeader(clang_getLocationForOffset(b->tu, handle, 0)) != 0;
	if (b->main_file && !under(b->main_file->ast.path, "/usr/"))
		ast->system |= under(ast->path, "/usr/");
	if (!b->main_file) {
		b->main_file = file;
		ast->main = true;
		ast->system = false;
	}
	if (!ast->system)
		ast->path = resolved(b, ast->path);
	if (!ast->system && file->raw) {
		ast->text = arena_strndup(b->arena, file->raw, ast->size);
		index_lines(b, ast);
	}
	ast->index = (uint32_t)b->file_list.count;
	vec_push(&b->file_list, file);
	return file;
}

struct build_file *build_file(struct build *b, CXFile handle)
{
	CXFileUniqueID id = {{0}};
	struct build_file *file;

	if (!handle)
		return NULL;
	if (handle == b->last_cxfile)
		return b->last_file;
	file = hash_map_find(&b->files, handle);
	if (!file) {
		file = same_file(b, handle, &id);
		if (!file)
			file = new_file(b, handle, &id);
		hash_map_put(&b->files, handle, file);
	}
	b->last_cxfile = handle;
	b->last_file = file;
	return file;
}

struct build_place build_place(struct build *b, CXSourceLocation location)
{
	struct build_place place = {0};
	CXFile handle = NULL;

	clang_getFileLocation(location, &handle, &place.line, &place.column, &place.offset);
	place.file = build_file(b, handle);
	return place;
}

const char *build_spelling(struct build *b, CXSourceLocation location, uint32_t *size)
{
	struct build_file *file;
	unsigned offset = 0;
	CXFile handle = NULL;

	if (build_raw(location) & RAW_MACRO)
		clang_getSpellingLocation(location, &handle, NULL, NULL, &offset);
	else
		clang_getFileLocation(location, &handle, NULL, NULL, &offset);
	file = build_file(b, handle);
	if (!file || !file->raw || offset >= file->ast.size)
		return NULL;
	*size = file->ast.size - offset;
	return file->raw + offset;
}

static bool spelled_in_system(struct build *b, CXSourceLocation location)
{
	struct build_file *file;
	CXFile handle = NULL;

	clang_getSpellingLocation(location, &handle, NULL, NULL, NULL);
	file = build_file(b, handle);
	return file && file->ast.system;
}

struct ast_range build_range(struct build *b, CXSourceRange range, uint16_t *flags, uint32_t *line)
{
	const CXSourceLocation from = clang_getRangeStart(range), to = clang_getRangeEnd(range);
	const struct build_place begin = build_place(b, from);
	struct build_place end;
	struct ast_range result = {0};

	if (line)
		*line = begin.line;
	if ((build_raw(from) | build_raw(to)) & RAW_MACRO) {
		*flags |= AST_MACRO;
		if ((build_raw(from) & RAW_MACRO) && spelled_in_system(b, from))
			*flags |= AST_SYSTEM_MACRO;
	}
	if (!begin.file)
		return result;
	end = build_place(b, to);
	result.file = begin.file->ast.index;
	result.begin = begin.offset;
	result.end = end.file == begin.file && end.offset >= begin.offset ? end.offset : begin.offset;
	return result;
}

bool build_is_system(struct build *b, CXCursor cursor)
{
	const CXSourceLocation location = clang_getCursorLocation(cursor);
	struct build_place place;

	if (clang_Location_isInSystemHeader(location))
		return true;
	place = build_place(b, location);
	return !place.file || place.file->ast.system;
}

/* "(unnamed struct at …)" and the typedef's name of an unnamed record are no names the author gave it. */
static bool written_name(struct build *b, CXSourceLocation location, const char *name)
{
	uint32_t size = 0;
	const char *text;

	if (!*name || strchr(name, '('))
		return false;
	text = build_spelling(b, location, &size);
	return !text || (strlen(name) <= size && !memcmp(text, name, strlen(name)));
}

void build_decl(struct build *b, CXCursor cursor, enum ast_decl_kind kind, struct ast_decl *decl)
{
	const CXSourceLocation location = clang_getCursorLocation(cursor);
	const struct build_place place = build_place(b, location);
	const char *name = build_string(b, clang_getCursorSpelling(cursor));

	decl->kind = (uint8_t)kind;
	decl->usr = intern_string(b->names, NULL);
	decl->name = name;
	decl->line = place.line;
	decl->column = place.column;
	if (!place.file || place.file->ast.system)
		decl->flags |= AST_SYSTEM;
	else
		decl->range = build_range(b, clang_getCursorExtent(cursor), &decl->flags, NULL);
	if (!place.file)
		return;
	decl->name_range = (struct ast_range){place.file->ast.index, place.offset, place.offset};
	if (kind == AST_DECL_RECORD || kind == AST_DECL_ENUM) {
		if (!written_name(b, location, name)) {
			decl->name = decl->usr;
			decl->flags |= AST_UNNAMED;
		}
	} else if (!*name) {
		decl->flags |= AST_UNNAMED;
	}
	decl->name_range.end += (uint32_t)strlen(decl->name);
}
