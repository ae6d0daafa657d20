// SPDX-License-Identifier: MIT
/* CRC-32C: the processor's instruction where there is one and enough to do, else a table of 16. */
#include "runtime/snapshot/crc32c.h"

#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

static uint32_t crc_by_table(uint32_t crc, const uint8_t *bytes, size_t size)
{
	static const uint32_t table[16] = {
	        0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
	        0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
	};

	while (size--) {
		crc ^= *bytes++;
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc_by_instruction(uint32_t crc, const uint8_t *bytes, size_t size)
{
	uint64_t wide = crc, word;

	for (; size >= 8; size -= 8, bytes += 8) {
		memcpy(&word, bytes, 8);
		wide = __builtin_ia32_crc32di(wide, word);
	}
	crc = (uint32_t)wide;
	while (size--)
		crc = __builtin_ia32_crc32qi(crc, *bytes++);
	return crc;
}

/* Asking takes a virtual machine some microseconds: as long as the table takes for so many bytes. */
enum { WORTH_ASKING = 2048 };

/* Not __builtin_cpu_supports(): that has a constructor ask for all that there is, in every traced process. */
static int has_instruction(void)
{
	static int known; /* 1 no, 2 yes */
	unsigned a, b, c = 0, d;

	if (!__atomic_load_n(&known, __ATOMIC_RELAXED))
		__atomic_store_n(&known, __get_cpuid(1, &a, &b, &c, &d) && c & bit_SSE4_2 ? 2 : 1, __ATOMIC_RELAXED);
	return __atomic_load_n(&known, __ATOMIC_RELAXED) == 2;
}
#endif

uint32_t crc32c(const void *data, size_t size)
{
#if defined(__x86_64__)
	if (size >= WORTH_ASKING && has_instruction())
		return ~crc_by_instruction(~0u, data, size);
#endif
	return ~crc_by_table(~0u, data, size);
}
