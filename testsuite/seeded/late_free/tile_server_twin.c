/* SPDX-License-Identifier: MIT */
/* Makes a tile of a map from a raster and keeps it on a list for the client. */
/* Twin: the raster is freed on the way out that does not need it, and last on the other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RASTER = 512 * 512, TILE = 64 };

struct tile {
	struct tile *next;
	unsigned char cells[TILE];
};

static struct tile *tiles;

static int make_tile(int zoom)
{
	unsigned char *raster = calloc(RASTER, 1);
	unsigned char small[TILE];
	struct tile *tile;

	if (!raster)
		return -1;
	memset(raster, zoom, RASTER);
	for (int i = 0; i < TILE; i++)
		small[i] = raster[i * (RASTER / TILE)];
	tile = malloc(sizeof *tile);
	if (!tile) {
		free(raster);
		return -1;
	}
	memcpy(tile->cells, small, TILE);
	tile->cells[0] ^= raster[RASTER - 1];
	tile->next = tiles;
	tiles = tile;
	free(raster);
	return 0;
}

int main(void)
{
	for (int zoom = 1; zoom < 5; zoom++) {
		if (make_tile(zoom) != 0)
			return 1;
	}
	while (tiles) {
		struct tile *next = tiles->next;

		printf("%d\n", tiles->cells[1]);
		free(tiles);
		tiles = next;
	}
	return 0;
}
