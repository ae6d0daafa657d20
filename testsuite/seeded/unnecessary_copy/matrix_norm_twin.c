/* SPDX-License-Identifier: MIT */
/* Norms of small matrices. */
/* Twin: the function works in its argument. */
#include <math.h>
#include <stdio.h>

struct matrix {
	int n;
	double cell[12][12];
};

static double norm(struct matrix m)
{
	double largest = 0;

	for (int i = 0; i < m.n; i++) {
		double sum = 0;

		for (int k = 0; k < m.n; k++)
			sum += m.cell[i][k] = m.cell[i][k] < 0 ? -m.cell[i][k] : m.cell[i][k];
		for (int k = i + 1; k < m.n; k++)
			m.cell[k][i] += sum;
		if (sum > largest)
			largest = sum;
	}
	return largest;
}

static void fill(struct matrix *m, int n)
{
	m->n = n;
	for (int i = 0; i < n; i++) {
		for (int k = 0; k < n; k++)
			m->cell[i][k] = (i + 1) * (k % 2 ? -1.0 : 1.0) / (k + 1);
	}
}

int main(void)
{
	static struct matrix m;

	for (int n = 2; n <= 12; n += 5) {
		fill(&m, n);
		printf("%d: %.3f\n", n, norm(m));
	}
	return 0;
}
