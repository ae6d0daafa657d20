// SPDX-License-Identifier: MIT
/* The sites that are announced: what stands in a thread's memlint_v1_caller, and which id that is. Handlers ask for it. */
#include "runtime/frames.h"
#include "runtime/rows.h"

/* The addresses that a unit's sites have. */
struct row {
	uintptr_t start;
	uint32_t first, nsites; /* ids */
	uint32_t is_gone;
};

/* Rows that were added one after the other and stand in the order of their addresses. */
struct run {
	uint32_t first, count;
};

static struct rt_rows rows, runs;
static uint32_t nrows, nruns;

/* Those that were asked for lately, a word each: the address above the bits that say which word, and the id. */
enum { LATELY = 1024, LATELY_SHIFT = 12 };
static RT_SPARSE uint64_t lately[LATELY];

static struct row *row_at(uint32_t index)
{
	return rt_rows_at(&rows, index, sizeof(struct row));
}

static struct run *run_at(uint32_t index)
{
	return rt_rows_at(&runs, index, sizeof(struct run));
}

int rt_announced_add(const struct memlint_unit *unit, uint32_t first)
{
	const uintptr_t start = (uintptr_t)unit;
	struct run *last = nruns ? run_at(nruns - 1) : NULL;
	struct row *row = rt_rows_make(&rows, nrows, sizeof *row);

	if (last && start < row_at(nrows - 1)->start)
		last = NULL;
	if (!row || (!last && !rt_rows_make(&runs, nruns, sizeof *last)))
		return -1;
	*row = (struct row){start, first, unit->nsites, 0};
	if (last) {
		__atomic_store_n(&last->count, last->count + 1, __ATOMIC_RELEASE);
	} else {
		*run_at(nruns) = (struct run){nrows, 1};
		__atomic_store_n(&nruns, nruns + 1, __ATOMIC_RELEASE);
	}
	nrows++;
	return 0;
}

void rt_announced_forget(const void *first, const void *end)
{
	for (uint32_t i = 0; i < nrows; i++)
		if (row_at(i)->start - (uintptr_t)first < (uintptr_t)end - (uintptr_t)first)
			RT_STORE(row_at(i)->is_gone, 1);
	/* Pages of it that nobody has written to stay nobody's. */
	for (uint32_t i = 0; i < LATELY; i++)
		if (RT_LOAD(lately[i]))
			RT_STORE(lately[i], 0);
}

/* The id of @address; 0 if no row of @run has it. */
static uint32_t id_in_run(const struct run *run, uintptr_t address)
{
	uint32_t low = run->first, high = low + __atomic_load_n(&run->count, __ATOMIC_ACQUIRE);

	while (high - low > 1) {
		const uint32_t middle = low + (high - low) / 2;

		if (row_at(middle)->start <= address)
			low = middle;
		else
			high = middle;
	}
	const struct row *row = row_at(low);
	const uintptr_t index = (address - row->start - MEMLINT_CALLER_OFFSET(0)) / MEMLINT_CALLER_OFFSET(0);

	return index < row->nsites && !RT_LOAD(row->is_gone) ? row->first + (uint32_t)index : 0;
}

static __attribute__((noinline)) uint32_t look_up(uintptr_t address, uint64_t *word)
{
	uint32_t id = 0;

	/* The newest first: a module may stand where an older one stood. */
	for (uint32_t i = __atomic_load_n(&nruns, __ATOMIC_ACQUIRE); i-- > 0 && !id;)
		id = id_in_run(run_at(i), address);
	if (id)
		RT_STORE(*word, (uint64_t)address >> LATELY_SHIFT << RT_ID_BITS | id);
	return id;
}

uint32_t rt_caller_id(const struct memlint_site *caller)
{
	const uintptr_t address = (uintptr_t)caller;
	uint64_t *word = lately + address / MEMLINT_CALLER_OFFSET(0) % LATELY;
	const uint64_t known = RT_LOAD(*word);

	if (RT_LIKELY(known && known >> RT_ID_BITS == address >> LATELY_SHIFT))
		return (uint32_t)known & RT_ID_MAX;
	return look_up(address, word);
}
