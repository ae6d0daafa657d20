// SPDX-License-Identifier: MIT
/* Samples are taken by whichever thread allocates, at one of its looks at the clock, at most one in a period. */
#include "runtime/samples.h"

#include "runtime/note.h"
#include "runtime/shadow.h"
#include "runtime/trim.h"

enum { SAMPLES = 2048 };

static RT_SPARSE struct rt_sample_row rows[SAMPLES];
static uint32_t nrows;
static uint64_t period_ns = 1000000, last_ns, last_peak;
static int busy;

/* Halves the table: pairs become one row, and the period doubles. */
static void thin_out(void)
{
	for (uint32_t i = 0; i < SAMPLES / 2; i++) {
		const struct rt_sample_row *a = &rows[2 * i], *b = a + 1;
		const uint64_t highest = a->highest > b->highest ? a->highest : b->highest;

		rows[i] = (struct rt_sample_row){b->time_ns, b->live, highest};
	}
	nrows = SAMPLES / 2;
	RT_STORE(period_ns, period_ns * 2);
}

static void push(uint64_t now)
{
	uint64_t live, peak;

	rt_traced(&live, &peak);
	if (peak > last_peak)
		RT_STORE(rt.peak_ns, now);
	if (nrows == SAMPLES)
		thin_out();
	rows[nrows].time_ns = now - rt.started_ns;
	rows[nrows].live = live;
	rows[nrows].highest = peak > last_peak ? peak : live;
	nrows++;
	last_peak = peak;
	RT_STORE(last_ns, now);
}

/* When @thread is to look at the clock again, which says @now. */
static void set_pace(struct rt_thread *thread, uint64_t now)
{
	const uint64_t passed = now - thread->looked_ns, period = RT_LOAD(period_ns);

	if (passed > period)
		thread->pace = RT_PACE_MIN;
	else if (passed < period / 8 && thread->pace < RT_PACE_MAX)
		thread->pace *= 2;
	thread->looked_ns = now;
	thread->countdown = thread->pace;
}

void rt_sample(struct rt_thread *thread)
{
	const uint64_t now = rt_monotonic_ns();
	uint64_t peak;

	set_pace(thread, now);
	if (now - RT_LOAD(last_ns) < RT_LOAD(period_ns) || __atomic_exchange_n(&busy, 1, __ATOMIC_ACQUIRE))
		return;
	push(now);
	peak = last_peak;
	rt_trim();
	__atomic_store_n(&busy, 0, __ATOMIC_RELEASE);
	if (!RT_LOAD(rt.multi))
		shadow_trim(peak);
}

uint32_t rt_samples_take(const struct rt_sample_row **out)
{
	*out = rows;
	/* A thread in the middle of a sample keeps it for the next time. */
	if (__atomic_exchange_n(&busy, 1, __ATOMIC_ACQUIRE))
		return UINT32_MAX;
	return nrows;
}

void rt_samples_clear(uint32_t n)
{
	const uint32_t left = n < nrows ? nrows - n : 0;

	for (uint32_t i = 0; i < left; i++)
		rows[i] = rows[n + i];
	nrows = left;
	__atomic_store_n(&busy, 0, __ATOMIC_RELEASE);
}
