/* The peer that bounds what a map can cost: heavy-ball descents on Himmelblau's surface, side by side in SIMD lanes.

   The same work as the map's: exact gradient, the three reasons to stop (no number or beyond 1e12, a gradient shorter
   than the tolerance, no steps left), tested at every step for every lane, which then stays where it stopped. The state
   of GROUP vectors lives in registers for the whole run; whether all their lanes have stopped is asked every LOOK
   steps. Vectors are GCC's and clang's own extension, so that nothing is left to the compiler's guess. */

#include <math.h>

enum { LANES = 8, GROUP = 4, BLOCK = LANES * GROUP, LOOK = 16 };

typedef double vector __attribute__((vector_size(8 * LANES), aligned(8)));
typedef long mask __attribute__((vector_size(8 * LANES), aligned(8)));

struct run {
    double rate, momentum, gradient_tolerance;
    long steps;
};

static inline vector size(vector v) { return (vector)((mask)v & 0x7fffffffffffffffL); }

static inline vector pick(mask which, vector one, vector other)
{
    return (vector)(((mask)one & which) | ((mask)other & ~which));
}

/* `xs` and `ys` (count) are starts and become ends, `steps` (count) the updates made; count is a multiple of BLOCK. */
void descend_all(const struct run *run, double *xs, double *ys, double *steps, long count)
{
    double rate = run->rate, momentum = run->momentum, least = run->gradient_tolerance * run->gradient_tolerance;

    for (long first = 0; first < count; first += BLOCK) {
        vector x[GROUP], y[GROUP], vx[GROUP], vy[GROUP], made[GROUP];
        mask going[GROUP];

        for (int i = 0; i < GROUP; i++) {
            x[i] = *(vector *)(xs + first + i * LANES), y[i] = *(vector *)(ys + first + i * LANES);
            vx[i] = vy[i] = made[i] = (vector){0}, going[i] = ~(mask){0};
        }
        for (long t = 0; t < run->steps;) {
            for (long stop = t + LOOK < run->steps ? t + LOOK : run->steps; t < stop; t++)
                for (int i = 0; i < GROUP; i++) {
                    vector a = x[i] * x[i] + y[i] - 11, b = x[i] + y[i] * y[i] - 7;
                    vector loss = a * a + b * b, gx = 4 * x[i] * a + 2 * b, gy = 2 * a + 4 * y[i] * b;

                    going[i] &= (gx * gx + gy * gy >= least) & (size(loss) < INFINITY) & (size(gx) < INFINITY)
                              & (size(gy) < INFINITY) & (size(x[i]) <= 1e12) & (size(y[i]) <= 1e12);
                    made[i] += pick(going[i], (vector){0} + 1, (vector){0});
                    vx[i] = momentum * vx[i] + gx, vy[i] = momentum * vy[i] + gy;
                    x[i] = pick(going[i], x[i] - rate * vx[i], x[i]);
                    y[i] = pick(going[i], y[i] - rate * vy[i], y[i]);
                }
            mask left = going[0];
            for (int i = 1; i < GROUP; i++)
                left |= going[i];
            long any = 0;
            for (int lane = 0; lane < LANES; lane++)
                any |= left[lane];
            if (!any)
                break;
        }
        for (int i = 0; i < GROUP; i++) {
            *(vector *)(xs + first + i * LANES) = x[i], *(vector *)(ys + first + i * LANES) = y[i];
            *(vector *)(steps + first + i * LANES) = made[i];
        }
    }
}
