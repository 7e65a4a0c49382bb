/**
 * Numbers as people read them: the one notation of all pages, which engine/basis/numerals.py writes too, to the letter.
 *
 * A true minus, digits as many as matter, whole parts whole and with commas, and powers of ten beyond: −0.0123, 12,345,
 * 1.2 × 10⁻¹³. "…" stands for one that is not there yet. What boxes and links hold is written as machines read it.
 */

import { t } from "./translate.js";

const UNKNOWN = "…";
const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const [LEAST, MOST] = [-4, 5]; // powers of ten: numbers from the first up to the second are written out
const EXACT = 17; // digits with which no two numbers are written alike
const SPACE = "\u00a0"; // does not break: a number, or a place, stands on one line

/** @param {number} exponent */
export function powerOfTen(exponent) {
  return `10${[...String(exponent)].map((letter) => SUPERSCRIPT[letter]).join("")}`;
}

/** So many significant digits, without zeros at the end: 0.03, 12,345, 10⁻⁶. @param {number | null | undefined} value @param {number} [digits] */
export function number(value, digits = 3) {
  if (Number.isNaN(value)) return t("not a number");
  if (value === Infinity || value === -Infinity) return value > 0 ? t("infinity") : t("−infinity");
  return written(value, digits, false);
}

/** So many significant digits, zeros at the end too, as in a column: 0.0300, 12,345, 1.00 × 10⁻⁶. @param {number | null | undefined} value @param {number} [digits] */
export function short(value, digits = 3) {
  if (Number.isNaN(value)) return "NaN";
  if (value === Infinity || value === -Infinity) return value > 0 ? "∞" : "−∞";
  return written(value, digits, true);
}

/**
 * As many digits as it takes for two numbers to read as they compare: 9.9996 × 10⁻⁷ is not 10⁻⁶ to three.
 *
 * With equally many digits rounding keeps the order, so that all it can do is make one number of two.
 * @param {number} value @param {number} other @param {number} [least]
 */
export function digitsApart(value, other, least = 3) {
  let digits = least;
  while (value !== other && digits < EXACT && number(value, digits) === number(other, digits)) digits += 1;
  return digits;
}

function written(value, digits, keep) {
  if (typeof value !== "number") return UNKNOWN;
  if (value === 0) return "0";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  const [mantissa, exponent] = size.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  if (power >= digits - 1 && power <= MOST) {
    const whole = size.toFixed(0); // whole, however many digits were asked for
    if (Number(whole) < 10 ** MOST) return sign + count(Number(whole));
  }
  const plain = power >= LEAST && power < MOST;
  const text = plain ? Number(`${mantissa}e${power}`).toFixed(Math.max(0, digits - 1 - power)) : mantissa;
  const [whole, part = ""] = text.split(".");
  const fraction = keep ? part : part.replace(/0+$/, "");
  const told = grouped(whole) + (fraction && `.${fraction}`);
  if (plain) return sign + told;
  return sign + (told === "1" && !keep ? "" : `${told}${SPACE}×${SPACE}`) + powerOfTen(power);
}

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

/** A number of steps, runs or points: 40,672. @param {number} whole */
export function count(whole) {
  return grouped(String(whole));
}

/** A position: (−2.5, 0). It does not break. @param {ArrayLike<number>} position @param {number} [digits] */
export function point(position, digits = 3) {
  return `(${number(position[0], digits)},${SPACE}${number(position[1], digits)})`;
}

/** A text whose positions, such as (−2.5, 0), do not break. @param {string} text */
export function unbroken(text) {
  return text.replace(/\([−-]?[\d.,]+, [−-]?[\d.,]+\)/g, (position) => position.replace(" ", SPACE));
}

/** A number for a narrow column: two digits before a power of ten. @param {number | null | undefined} value */
export function tight(value) {
  const text = short(value);
  return text.includes("×") ? short(value, 2) : text;
}

/** A learning rate as it is typed. @param {number | null | undefined} rate */
export function typed(rate) {
  if (typeof rate !== "number") return UNKNOWN;
  if (rate >= 1e-4 && rate < 1000) {
    const decimals = Math.max(0, Math.min(7, 2 - Math.floor(Math.log10(rate))));
    const text = rate.toFixed(decimals);
    return Math.abs(Number(text) - rate) <= 1e-9 * rate ? text : String(Number(rate.toPrecision(6)));
  }
  return String(Number(rate.toPrecision(6)));
}
