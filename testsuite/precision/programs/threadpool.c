/* SPDX-License-Identifier: MIT */
/*
 * A pool of threads: the queue's jobs are made by main and freed by workers; every worker keeps a scratch in TLS.
 * style: C threads, cross-thread frees, TLS destructor
 * flags: -pthread
 * totals: not compared, the C library allocates for threads as their timing goes
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define WORKERS 4
#define JOBS 1000

struct job {
	int id;
	long *input;
	struct job *next;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t ready;
	struct job *head, **tail;
	int closed;
	pthread_t threads[WORKERS];
};

static pthread_key_t scratch_key;
static atomic_long total;

static long *scratch(void)
{
	long *block = pthread_getspecific(scratch_key);

	if (!block) {
		block = calloc(256, sizeof(*block)); /* bytes: 4*2048; count: 4; type: long[] or long int[] */
		pthread_setspecific(scratch_key, block);
	}
	return block;
}

static struct job *take(struct pool *pool)
{
	struct job *job;

	pthread_mutex_lock(&pool->lock);
	while (!pool->head && !pool->closed)
		pthread_cond_wait(&pool->ready, &pool->lock);
	job = pool->head;
	if (job) {
		pool->head = job->next;
		if (!pool->head)
			pool->tail = &pool->head;
	}
	pthread_mutex_unlock(&pool->lock);
	return job;
}

static void *worker(void *argument)
{
	struct pool *pool = argument;
	struct job *job;

	scratch();
	while ((job = take(pool))) {
		memcpy(scratch(), job->input, 10 * sizeof(long));
		atomic_fetch_add(&total, scratch()[9]);
		free(job->input);
		free(job);
	}
	return NULL;
}

static void submit(struct pool *pool, int id)
{
	struct job *job = malloc(sizeof(*job)); /* bytes: 1000*24; count: 1000; type: struct job */

	job->id = id;
	job->next = NULL;
	job->input = malloc(10 * sizeof(*job->input)); /* bytes: 1000*80; count: 1000; type: long[] or long int[] */
	for (int i = 0; i < 10; i++)
		job->input[i] = i;
	pthread_mutex_lock(&pool->lock);
	*pool->tail = job;
	pool->tail = &job->next;
	pthread_cond_signal(&pool->ready);
	pthread_mutex_unlock(&pool->lock);
}

int main(void)
{
	struct pool *pool = calloc(1, sizeof(*pool)); /* bytes: 144; count: 1; type: struct pool */

	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->ready, NULL);
	pthread_key_create(&scratch_key, free);
	pool->tail = &pool->head;
	for (int i = 0; i < WORKERS; i++)
		pthread_create(&pool->threads[i], NULL, worker, pool); /* bytes: any */
	for (int i = 0; i < JOBS; i++)
		submit(pool, i);
	pthread_mutex_lock(&pool->lock);
	pool->closed = 1;
	pthread_cond_broadcast(&pool->ready);
	pthread_mutex_unlock(&pool->lock);
	for (int i = 0; i < WORKERS; i++)
		pthread_join(pool->threads[i], NULL);
	free(pool);
	return total == 9 * JOBS ? 0 : 1;
}
