/** The scales of curves over the steps: log or even, from where to where, and the numbers beside them. */

const LOG_FROM = 30; // a quantity whose largest value is this many times its smallest is drawn on a log scale
const TICK_APART = 0.7; // of the distance between two numbers that the last one keeps from the end
const FLOOR = 1e-16; // of the largest value at the start: below it there is only rounding, and log curves end

/** The scale that values are drawn on, and from where to where. @param {{values: ArrayLike<number>}[]} lines */
export function rangeOf(lines) {
  let [low, high, zero] = [Infinity, 0, false];
  let first = 0;
  let negative = false;
  for (const { values } of lines) {
    if (Number.isFinite(values[0])) first = Math.max(first, values[0]);
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      if (value < 0) negative = true;
      if (value === 0) zero = true;
      else if (value > 0) low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (negative) {
    const all = lines.flatMap(({ values }) => [...values].filter(Number.isFinite));
    return { log: false, low: Math.min(...all), high: Math.max(...all), zero };
  }
  if (!(high > 0)) return { log: false, low: 0, high: 1, zero };
  low = Math.max(low, Math.min(high, first || high) * FLOOR);
  if (high / low < LOG_FROM) return { log: false, low: 0, high, zero };
  return { log: true, low: 10 ** Math.floor(Math.log10(low)), high: 10 ** Math.ceil(Math.log10(high)), zero };
}

/** Round numbers of a scale. @param {number} most how many of them have room */
export function ticksOf({ log, low, high }, most) {
  if (!log) {
    const rough = (high - low || 1) / Math.min(2.5, most);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= rough) ?? rough;
    const ticks = [];
    for (let tick = Math.ceil(low / step) * step; tick <= high * 1.0001; tick += step) ticks.push(Number(tick.toPrecision(9)));
    return ticks;
  }
  const [from, to] = [Math.round(Math.log10(low)), Math.round(Math.log10(high))];
  const every = Math.max(1, Math.ceil((to - from) / Math.min(4, most)));
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => 10 ** (to - i * every)).filter((tick) => tick >= low * 0.99);
}

/** Round step numbers from 0, and the last step, which needs its room. @param {number} steps @param {number} most how many numbers have room */
export function stepTicks(steps, most) {
  const intervals = Math.max(1, Math.min(5, Math.floor(most)));
  const power = 10 ** Math.floor(Math.log10(steps / intervals));
  const every = Math.max(1, [1, 2, 5, 10].map((digit) => digit * power).find((size) => steps / size <= intervals + 1e-9) ?? steps);
  const ticks = [];
  for (let tick = 0; steps - tick >= TICK_APART * every; tick += every) ticks.push(tick);
  return [...ticks, steps];
}

/** In how many steps the curvature is above what the rate can settle on. @param {ArrayLike<number>} values @param {ArrayLike<number>} limits */
export function countBeyond(values, limits) {
  return [...limits].filter((limit, i) => values[i] > limit).length;
}
