/* SPDX-License-Identifier: MIT */
/*
 * A linear solver with error codes: results through pointers, goto on failure, rows of pointers.
 * style: C, out-parameters, error codes, goto cleanup
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct matrix {
	size_t rows, columns;
	double **cells;
};

struct solver {
	struct matrix *a;
	double *b;
	int *pivots;
	char error[40];
};

static int new_bytes(size_t size, void **out)
{
	*out = malloc(size); /* bytes: 144+32; count: 2; name: solution */
	return *out ? 0 : -ENOMEM;
}

static int matrix_new(struct matrix **out, size_t rows, size_t columns)
{
	struct matrix *matrix = calloc(1, sizeof(*matrix)); /* bytes: 2*24; count: 2; type: struct matrix */

	if (!matrix)
		return -ENOMEM;
	matrix->rows = rows;
	matrix->columns = columns;
	matrix->cells = malloc(rows * sizeof(*matrix->cells)); /* bytes: 8*4+8*3; count: 2; type: double *[] */
	if (!matrix->cells)
		goto free_matrix;
	/* bytes: 8*16+8*9; count: 2; type: double[] */
	matrix->cells[0] = calloc(rows * columns, sizeof(**matrix->cells));
	if (!matrix->cells[0])
		goto free_cells;
	for (size_t i = 1; i < rows; i++)
		matrix->cells[i] = matrix->cells[0] + i * columns;
	*out = matrix;
	return 0;

free_cells:
	free(matrix->cells);
free_matrix:
	free(matrix);
	return -ENOMEM;
}

static void matrix_free(struct matrix *matrix)
{
	if (!matrix)
		return;
	free(matrix->cells[0]);
	free(matrix->cells);
	free(matrix);
}

static void solver_free(struct solver *solver)
{
	matrix_free(solver->a);
	free(solver->b);
	free(solver->pivots);
	free(solver);
}

static int solver_new(struct solver **out, size_t n)
{
	struct solver *solver = malloc(sizeof(*solver)); /* bytes: 3*64; count: 3; type: struct solver */

	if (!solver)
		return -ENOMEM;
	memset(solver, 0, sizeof(*solver));
	if (n > 4 || matrix_new(&solver->a, n, n))
		goto fail;
	solver->b = calloc(n, sizeof(double));    /* bytes: 8*(4+3); count: 2; type: double[] */
	solver->pivots = malloc(n * sizeof(int)); /* bytes: 4*(4+3); count: 2; type: int[] */
	if (!solver->b || !solver->pivots)
		goto fail;
	*out = solver;
	return 0;

fail:
	solver_free(solver);
	return -EINVAL;
}

static double *solve(struct solver *solver)
{
	size_t n = solver->a->rows;
	double *x = malloc(n * sizeof *x); /* bytes: 8*(4+3); count: 2; type: double[] */

	for (size_t i = 0; i < n; i++) {
		solver->pivots[i] = (int)i;
		x[i] = solver->b[i] / solver->a->cells[i][i];
	}
	return x;
}

static int run(size_t n, double expected)
{
	struct solver *solver;
	double *x, sum = 0;
	int status = solver_new(&solver, n);

	if (status)
		return status;
	for (size_t i = 0; i < n; i++) {
		solver->a->cells[i][i] = 2;
		solver->b[i] = (double)i * 2;
	}
	x = solve(solver);
	for (size_t i = 0; i < n; i++)
		sum += x[i];
	free(x);
	solver_free(solver);
	return sum == expected ? 0 : 1;
}

int main(void)
{
	void *header, *trailer;
	int ok = !new_bytes(144, &header) && !new_bytes(32, &trailer); /* or: solution */

	if (!ok)
		return 2;
	memset(header, 1, 144);
	memcpy(trailer, header, 32);
	ok = !run(4, 6) && !run(3, 3) && run(5, 0) == -EINVAL && ((char *)trailer)[31] == 1;
	free(trailer);
	free(header);
	return ok ? 0 : 1;
}
