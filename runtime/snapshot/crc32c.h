/* SPDX-License-Identifier: MIT */
/* CRC-32C (Castagnoli), as in iSCSI and ext4. */
#ifndef MEMLINT_CRC32C_H
#define MEMLINT_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Of @data[@size]; of "123456789" it is 0xe3069283. Any thread, any signal handler. */
uint32_t crc32c(const void *data, size_t size);

#endif
