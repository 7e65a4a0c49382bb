/* The peer that bounds what is possible: Adam on Rosenbrock's valley as a C programmer writes it.

   The same work as the engine's: exact gradient, bias-corrected Adam, the three reasons to stop, and a row for every
   point (x, y, loss, two gradient components, rate, evaluations). Returns the number of updates made. */

#include <math.h>

enum { ROW = 7 };

struct run {
    double x, y, rate, beta1, beta2, eps, gradient_tolerance, loss_tolerance;
    long steps;
};

long descend(const struct run *run, double *rows)
{
    double x = run->x, y = run->y, mx = 0, my = 0, vx = 0, vy = 0, power1 = 1, power2 = 1, last = INFINITY;

    for (long t = 0;; t++, rows += ROW) {
        double slack = y - x * x, loss = (1 - x) * (1 - x) + 100 * slack * slack;
        double gx = -2 * (1 - x) - 400 * x * slack, gy = 200 * slack;

        rows[0] = x, rows[1] = y, rows[2] = loss, rows[3] = gx, rows[4] = gy, rows[5] = run->rate, rows[6] = (double)t;

        if (!isfinite(loss) || !isfinite(gx) || !isfinite(gy) || !(fabs(x) <= 1e12) || !(fabs(y) <= 1e12)
            || sqrt(gx * gx + gy * gy) < run->gradient_tolerance
            || (t > 0 && fabs(loss - last) < run->loss_tolerance) || t >= run->steps)
            return t;
        last = loss;

        power1 *= run->beta1, power2 *= run->beta2;
        mx += (1 - run->beta1) * (gx - mx), my += (1 - run->beta1) * (gy - my);
        vx = run->beta2 * vx + (1 - run->beta2) * gx * gx, vy = run->beta2 * vy + (1 - run->beta2) * gy * gy;

        double step = run->rate / (1 - power1), root = sqrt(1 - power2);
        x -= step * mx / (sqrt(vx) / root + run->eps);
        y -= step * my / (sqrt(vy) / root + run->eps);
    }
}

/* Many in one call, so that the call from Python does not count against C. */
void descend_often(const struct run *run, double *rows, long times)
{
    while (times-- > 0)
        descend(run, rows);
}
