// SPDX-License-Identifier: MIT
/* Stacks that are compared and not walked: what they tell is what a walk would, and nothing is read that is not there. */
#include "runtime/note.h"
#include "runtime/rt.h"
#include "runtime/stacks.h"
#include "runtime/trace.h"
#include "runtime_here.h"
#include "runtime_module.h"

#include <check.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>

enum { TIMES = 20, PAGE = 4096, STACK = 1024 * PAGE };

/* ASan moves frames apart, TSan cuts threads' stacks in several mappings. */
#if defined(__SANITIZE_ADDRESS__)
enum { IS_ASAN = 1, IS_TSAN = 0 };
#elif defined(__SANITIZE_THREAD__)
enum { IS_ASAN = 0, IS_TSAN = 1 };
#else
enum { IS_ASAN = 0, IS_TSAN = 0 };
#endif

/* An assertion that is made too often for Check to hear of each. */
#define MUST(x)                                         \
	do {                                            \
		if (!(x))                               \
			ck_abort_msg("not so: %s", #x); \
	} while (0)

static const uintptr_t *last_frame; /* of take(), the last time */

/* Allocates here. Returns the trace's id; its frames are the call, this function, and then what frame pointers lead to from here. */
static __attribute__((noinline)) uint32_t take(void)
{
	const uintptr_t *frame = __builtin_frame_address(0);
	void *block = module_malloc(1, 0);
	const uint32_t id = rt_look_block(block).id;
	const struct rt_trace trace = rt_trace_get(id);

	last_frame = frame;
	MUST(trace.nframes <= (uint32_t)rt.nframe);
	for (uint32_t i = 2; i < trace.nframes; i++) {
		MUST(trace.frames[i] == frame[1]);
		frame = (const uintptr_t *)frame[0];
	}
	module_free(block);
	return id;
}

/* How many frames there are @depth calls below here, the same each time. */
static __attribute__((noinline)) uint32_t nest(int depth)
{
	uint32_t n, id = 0;

	if (depth) {
		n = nest(depth - 1);
		__asm__ volatile("");
		return n;
	}
	for (int i = 0; i < TIMES; i++) {
		const uint32_t taken = take();

		MUST(!i || taken == id);
		id = taken;
	}
	return rt_trace_get(id).nframes;
}

/* Whether the stack below here is compared once it was seen @times. */
static __attribute__((noinline)) int is_remembered(int times)
{
	uint64_t sum;

	while (times--)
		rt_deep_trace(rt_self, 1, 1);
	return rt_seen_sum(rt_self, &sum) && sum;
}

static void begin(int nframe)
{
	here_api = memlint_v1_attach(module_describe());
	here_api->start(nframe);
	module_free(module_malloc(1, 0));
}

START_TEST(a_stack_seen_before_has_the_frames_that_a_walk_finds)
{
	static const int nframes[] = {2, 3, 4, 5, 6, 7, 8, 11, 12, 16, 17, 55, 56, 57, 58, 100};

	here_api = memlint_v1_attach(module_describe());
	for (size_t i = 0; i < sizeof nframes / sizeof *nframes; i++) {
		here_api->start(nframes[i]);
		for (int depth = 0; depth < 110; depth += 1 + depth / 10)
			ck_assert_uint_le(nest(depth), (uint32_t)nframes[i]);
		ck_assert_uint_eq(nest(110), (uint32_t)nframes[i]);
		here_api->stop();
	}
}
END_TEST

START_TEST(a_stack_is_remembered_also_where_the_thread_s_own_has_grown)
{
	begin(16);
	ck_assert(is_remembered(20));
	{
		char room[3 << 20];

		memset(room, 1, sizeof room);
		__asm__ volatile("" : : "r"(room) : "memory");
		ck_assert(is_remembered(10000));
		ck_assert_uint_ge(nest(20), 15);
	}
}
END_TEST

static void *run_thread(void *depth)
{
	ck_assert_uint_eq(nest((int)(intptr_t)depth), 16);
	ck_assert(IS_TSAN || is_remembered(20));
	return NULL;
}

/* The second runs on memory that is not where the first's was, with what the runtime had for that. */
START_TEST(threads_one_after_another_have_their_own_stacks)
{
	pthread_attr_t attributes;
	pthread_t thread;

	begin(16);
	for (intptr_t i = 0; i < 30; i++) {
		char *stacks = mmap(NULL, 2 * STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		ck_assert_ptr_ne(stacks, MAP_FAILED);
		munmap(stacks + (i & 1 ? 0 : STACK), STACK);
		stacks += i & 1 ? STACK : 0;
		pthread_attr_init(&attributes);
		pthread_attr_setstack(&attributes, stacks, STACK);
		ck_assert_int_eq(pthread_create(&thread, &attributes, run_thread, (void *)(20 + i % 7)), 0);
		pthread_join(thread, NULL);
		pthread_attr_destroy(&attributes);
		if (i % 3)
			munmap(stacks, STACK);
	}
}
END_TEST

static ucontext_t outside, inside;
static const uintptr_t *wanted_frame;

/* Calls take() with its frame @pad bytes or so lower. */
static __attribute__((noinline)) void take_below(size_t pad)
{
	volatile char *room = __builtin_alloca(pad);

	*room = 1;
	for (int i = 0; i < TIMES; i++)
		take();
	*room = 1;
}

/* … with its frame at wanted_frame. */
static void take_there(void)
{
	size_t pad;

	take();
	pad = (size_t)((const char *)last_frame - (const char *)wanted_frame) - 256;
	for (last_frame = NULL; last_frame != wanted_frame; pad += 16) {
		take_below(pad);
		ck_assert(last_frame >= wanted_frame);
	}
}

static void run_coroutine(void)
{
	if (wanted_frame)
		take_there();
	else
		nest(300);
}

static void switch_to(char *stack, size_t size)
{
	getcontext(&inside);
	inside.uc_stack.ss_sp = stack;
	inside.uc_stack.ss_size = size;
	inside.uc_link = &outside;
	makecontext(&inside, run_coroutine, 0);
	swapcontext(&outside, &inside);
}

/* The second coroutine's frames come to lie where the first one's were, whose callers' are no longer there. */
START_TEST(a_coroutine_s_stack_may_be_unmapped)
{
	const size_t size = 64 * PAGE;
	const uintptr_t *below;
	char *stack, *page;

	begin(64);
	nest(10);
	stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(stack, MAP_FAILED);
	for (int i = 0; i < 3; i++)
		switch_to(stack, size);
	wanted_frame = last_frame;
	page = (char *)((uintptr_t)wanted_frame & ~(uintptr_t)(PAGE - 1)) + PAGE;
	ck_assert(page + PAGE < stack + size);
	munmap(page + PAGE, (size_t)(stack + size - page) - PAGE);
	switch_to(stack, (size_t)(page + PAGE - stack));
	below = wanted_frame;
	wanted_frame = NULL;
	ck_assert_ptr_eq(last_frame, below);
	nest(10);
}
END_TEST

/* The trace of a call from code that has @value in %rbp. */
static __attribute__((noinline)) struct rt_trace trace_with(uintptr_t value)
{
	uint32_t id;

	__asm__ volatile("push %%rbp\n mov %%rsp, %%rbx\n and $-16, %%rsp\n mov %[value], %%rbp\n"
	                 "call rt_deep_trace\n mov %%rbx, %%rsp\n pop %%rbp"
	                 : "=a"(id)
	                 : "D"(rt_self), "S"((uint64_t)1), "d"((uint64_t)1), [value] "r"(value)
	                 : "rbx", "rcx", "r8", "r9", "r10", "r11", "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3",
	                   "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
	                   "xmm15");
	ck_assert_uint_ne(id, 0);
	return rt_trace_get(id);
}

START_TEST(what_is_no_frame_pointer_leads_nowhere)
{
	const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	char *gone = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uintptr_t dead;

	begin(16);
	nest(20);
	dead = (uintptr_t)last_frame; /* a frame that was remembered, and is not on the stack any more */
	munmap(gone, PAGE);
	const uintptr_t top = (uintptr_t)rt_self->stack_top;
	const uintptr_t none[] = {
	        dead,     0,       1,       8,   16,      UINTPTR_MAX,        UINTPTR_MAX - 7, here + 1,
	        here + 4, top - 8, top - 1, top, top + 8, (uintptr_t)1 << 63, 1u << 20,        (uintptr_t)gone};

	for (int times = 0; times < TIMES; times++)
		for (size_t i = 0; i < sizeof none / sizeof *none; i++)
			if (none[i] != (uintptr_t)gone || none[i] > top || none[i] < here)
				ck_assert_msg(trace_with(none[i]).nframes == 1, "%zu: %#lx", i, none[i]);
	/* A frame pointer that skips callers, and one whose next is none. */
	ck_assert_uint_gt(trace_with(here).nframes, 1);
	for (int times = 0; times < TIMES; times++) {
		uintptr_t pair[2] __attribute__((aligned(16))) = {times & 1 ? (uintptr_t)gone : 3, 0x1234567};

		ck_assert_uint_eq(trace_with((uintptr_t)pair).nframes, 2);
		ck_assert_uint_eq(trace_with((uintptr_t)pair).frames[1], 0x1234567);
	}
}
END_TEST

/* The old ones stay where they were, as they were; only a link beyond the first tells that they are not meant. */
START_TEST(links_count_also_where_all_return_addresses_are_as_they_were)
{
	struct rt_link links[5] = {0};

	begin(16);
	links[0] = (struct rt_link){(const uintptr_t *)(links + 1), 0x10000};
	links[1] = (struct rt_link){(const uintptr_t *)(links + 3), 0x20000};
	links[2] = (struct rt_link){(const uintptr_t *)(links + 4), 0x20000};
	links[3] = (struct rt_link){NULL, 0x30000};
	links[4] = (struct rt_link){NULL, 0x40000};
	for (int i = 0; i < TIMES; i++) {
		struct rt_trace trace;

		__asm__ volatile("" : "+m"(links));
		trace = trace_with((uintptr_t)links);
		ck_assert_uint_eq(trace.nframes, 4);
		ck_assert_uint_eq(trace.frames[3],
		                  links[0].outer == (const uintptr_t *)(links + 1) ? 0x30000 : 0x40000);
		if (i > TIMES / 2)
			links[0].outer = (const uintptr_t *)(links + 2);
	}
	for (int i = 0; i < TIMES; i++) {
		links[2].returns = 0x50000 + (uintptr_t)i % 2;
		__asm__ volatile("" : "+m"(links));
		ck_assert_uint_eq(trace_with((uintptr_t)links).frames[2], 0x50000 + (uintptr_t)i % 2);
	}
}
END_TEST

enum { LINKS = 15 }; /* of 16 frames */

static void must_have_links(const struct rt_link *links)
{
	struct rt_trace trace;

	__asm__ volatile("" : : "r"(links) : "memory");
	trace = trace_with((uintptr_t)links);
	MUST(trace.nframes == 1 + LINKS);
	for (int i = 0; i < LINKS; i++)
		MUST(trace.frames[1 + i] == links[i].returns);
}

/* What was remembered is not @links with bits @at_i and @at_j of two return addresses changed. */
static void must_tell(struct rt_link *links, int i, int j, uintptr_t at_i, uintptr_t at_j)
{
	for (int times = 0; times < TIMES; times++)
		must_have_links(links);
	links[i].returns ^= at_i;
	links[j].returns ^= at_j;
	must_have_links(links);
	links[i].returns ^= at_i;
	links[j].returns ^= at_j;
}

START_TEST(each_return_address_counts_and_where_it_stands)
{
	struct rt_link links[LINKS + 1] = {0};

	begin(16);
	for (uintptr_t i = 0; i < LINKS; i++)
		links[i] = (struct rt_link){(const uintptr_t *)(links + i + 1), 0x10000 + i * 5};
	for (int i = 0; i < LINKS; i++) {
		for (int bit = 0; bit < 48; bit += 5)
			must_tell(links, i, LINKS - 1, (uintptr_t)1 << bit, 0);
		for (int j = 0; j < i; j++) {
			const uintptr_t difference = links[i].returns ^ links[j].returns;

			must_tell(links, i, j, difference, difference);
			for (uintptr_t bits = 1; bits < 256; bits++)
				must_tell(links, i, j, bits, bits);
		}
	}
}
END_TEST

static sigjmp_buf way_out;
static volatile sig_atomic_t can_leave, nsignals;

/* Traces from a stack that no other has, now and then without coming back. */
static __attribute__((noinline)) uint32_t trace_below(int depth)
{
	const uint32_t id = depth ? trace_below(depth - 1) : rt_deep_trace(rt_self, 1, 1);

	__asm__ volatile("");
	return id;
}

static void on_signal(int number)
{
	const int depth = nsignals++ % 23;
	const uint32_t id = trace_below(depth);

	(void)number;
	if (trace_below(depth) == 0 || id == 0)
		abort();
	if (can_leave && nsignals % 5 == 0)
		siglongjmp(way_out, 1);
}

/* Further in than is_remembered() when it is asked afterwards: who filled a row and was left by a jump is known to be gone only there. */
static __attribute__((noinline)) void trace_a_while(uint32_t *ids, int ndepths)
{
	char room[1024];

	__asm__ volatile("" : : "r"(room) : "memory");
	for (int i = 0; i < 400 * ndepths; i++) {
		const uint32_t id = trace_below(i % ndepths);

		if (!ids[i % ndepths])
			ids[i % ndepths] = id;
		MUST(ids[i % ndepths] == id);
	}
}

static void interrupt(int leave, int flags)
{
	const struct itimerval often = {{0, 60}, {0, 60}}, never = {0};
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};
	uint32_t ids[40] = {0};

	sigaction(SIGALRM, &action, NULL);
	nsignals = 0;
	setitimer(ITIMER_REAL, &often, NULL);
	for (volatile int rounds = 0; rounds < 200 || nsignals < 500; rounds++) {
		if (!sigsetjmp(way_out, 1)) {
			can_leave = leave;
			trace_a_while(ids, 40);
		}
		can_leave = 0;
	}
	setitimer(ITIMER_REAL, &never, NULL);
	for (int a = 0; a < 40; a++)
		for (int b = 0; b < a; b++)
			ck_assert_uint_ne(ids[a], ids[b]);
	ck_assert(is_remembered(100));
}

START_TEST(a_signal_s_handler_may_come_at_any_time)
{
	begin(64);
	interrupt(0, 0);
}
END_TEST

START_TEST(a_signal_s_handler_may_have_a_stack_of_its_own)
{
	const stack_t other = {.ss_sp = malloc(256 * PAGE), .ss_size = 256 * PAGE};

	begin(64);
	sigaltstack(&other, NULL);
	interrupt(0, SA_ONSTACK);
}
END_TEST

START_TEST(a_signal_s_handler_may_leave_by_a_jump)
{
	begin(64);
	interrupt(1, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("runtime_stacks");
	TCase *tests = tcase_create("stacks");
	SRunner *runner = srunner_create(suite);

	unsetenv("MEMLINT");
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, a_stack_seen_before_has_the_frames_that_a_walk_finds);
	tcase_add_test(tests, a_stack_is_remembered_also_where_the_thread_s_own_has_grown);
	tcase_add_test(tests, threads_one_after_another_have_their_own_stacks);
	if (!IS_ASAN)
		tcase_add_test(tests, a_coroutine_s_stack_may_be_unmapped);
	tcase_add_test(tests, what_is_no_frame_pointer_leads_nowhere);
	tcase_add_test(tests, links_count_also_where_all_return_addresses_are_as_they_were);
	tcase_add_test(tests, each_return_address_counts_and_where_it_stands);
	tcase_add_test(tests, a_signal_s_handler_may_come_at_any_time);
	tcase_add_test(tests, a_signal_s_handler_may_have_a_stack_of_its_own);
	tcase_add_test(tests, a_signal_s_handler_may_leave_by_a_jump);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed ? 1 : 0;
}
