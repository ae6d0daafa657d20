// SPDX-License-Identifier: MIT
/* What a run over the same facts with the same settings found before: kept in the cache, so that nothing is solved twice. */
#include "analyzer/cli/analyze.h"
#include "analyzer/facts/cache.h"
#include "analyzer/rule.h"
#include "memlint/memlint.h"

struct hash128 known_key(const struct gather *gather, const struct config *config, bool whole_program, const char *root)
{
	struct hash_stream stream;

	hash_stream_init(&stream);
	hash_stream_string(&stream, "findings " MEMLINT_VERSION);
	hash_stream_number(&stream, rules_version());
	hash_stream_string(&stream, root);
	hash_stream_number(&stream, whole_program);
	config_hash(config, &stream);
	for (size_t i = 0; i < gather->count; i++) {
		hash_stream_number(&stream, gather->units[i].size);
		hash_stream_bytes(&stream, gather->units[i].bytes, gather->units[i].bytes ? gather->units[i].size : 0);
	}
	return hash_stream_end(&stream);
}

bool known_find(struct cache *cache, struct hash128 key, struct findings *findings)
{
	struct unpacker in;
	const void *bytes;
	size_t size;

	bytes = cache_find_bytes(cache, key, &findings->arena, &size);
	in = unpack_from(bytes, bytes ? size : 0);
	return bytes && findings_unpack(findings, &in);
}

void known_put(struct cache *cache, struct hash128 key, const struct findings *findings)
{
	struct packer out = {0};

	findings_pack(findings, &out);
	cache_put(cache, key, out.bytes, out.size);
	pack_release(&out);
}
