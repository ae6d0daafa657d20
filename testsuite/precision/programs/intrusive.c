/* SPDX-License-Identifier: MIT */
/*
 * Intrusive lists as in the kernel, container_of, flexible arrays, and an allocator chosen by flags.
 * style: C intrusive lists, kmalloc-like flags
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct list {
	struct list *next, *previous;
};

#define container_of(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))
#define list_for_each_safe(at, n, head) for (at = (head)->next, n = at->next; at != (head); at = n, n = at->next)

#define GFP_KERNEL 1u
#define GFP_ZERO 2u

static inline void *kmalloc(size_t size, unsigned flags)
{
	void *block = malloc(size);

	if (block && (flags & GFP_ZERO))
		memset(block, 0, size);
	return block;
}

static inline void *kzalloc(size_t size, unsigned flags)
{
	return kmalloc(size, flags | GFP_ZERO);
}

#define kmalloc_array(n, size, flags) kmalloc((n) * (size), (flags))

struct packet {
	uint32_t length;
	struct list link;
	uint8_t data[];
};

struct device {
	const char *name;
	struct list queue;
	struct list devices;
	uint64_t *statistics;
};

static void list_init(struct list *list)
{
	list->next = list->previous = list;
}

static void list_add_tail(struct list *item, struct list *head)
{
	item->previous = head->previous;
	item->next = head;
	head->previous->next = item;
	head->previous = item;
}

static void list_remove(struct list *item)
{
	item->previous->next = item->next;
	item->next->previous = item->previous;
}

static struct device *device_register(struct list *all, const char *name)
{
	struct device *device = kzalloc(sizeof(*device), GFP_KERNEL); /* bytes: 3*48; count: 3; type: struct device */

	device->name = name;
	/* bytes: 3*64; count: 3; type: uint64_t[] or unsigned long[] or long unsigned int[] or __uint64_t[] */
	device->statistics = kmalloc_array(8, sizeof(uint64_t), GFP_KERNEL | GFP_ZERO);
	list_init(&device->queue);
	list_add_tail(&device->devices, all);
	return device;
}

static void receive(struct device *device, uint32_t length)
{
	/* bytes: 3*sum(24+100*i for i in range(10)); count: 30; type: struct packet */
	struct packet *packet = kmalloc(sizeof(*packet) + length, GFP_KERNEL);

	packet->length = length;
	memset(packet->data, 0xff, length);
	list_add_tail(&packet->link, &device->queue);
	device->statistics[0] += length;
}

static uint64_t device_release(struct device *device)
{
	struct list *at, *next;
	uint64_t total = 0;

	list_for_each_safe(at, next, &device->queue)
	{
		struct packet *packet = container_of(at, struct packet, link);

		total += packet->length;
		list_remove(at);
		free(packet);
	}
	list_remove(&device->devices);
	free(device->statistics);
	free(device);
	return total;
}

int main(void)
{
	static const char *const names[] = {"eth0", "eth1", "lo"};
	struct list devices, *at, *next;
	uint64_t total = 0;

	list_init(&devices);
	for (int i = 0; i < 3; i++) {
		struct device *device = device_register(&devices, names[i]);

		for (uint32_t n = 0; n < 10; n++)
			receive(device, n * 100);
	}
	list_for_each_safe(at, next, &devices) total += device_release(container_of(at, struct device, devices));
	return total == 13500 ? 0 : 1;
}
