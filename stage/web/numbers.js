/** Numbers as people read them: a true minus sign, three digits, powers of ten with superscripts; "…" for one that is not there yet. */

const UNKNOWN = "…";

const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** @param {number} exponent */
export function powerOfTen(exponent) {
  return `10${[...String(exponent)].map((letter) => SUPERSCRIPT[letter]).join("")}`;
}

/** @param {number | null | undefined} value @param {number} [digits] significant ones */
export function short(value, digits = 3) {
  if (typeof value !== "number") return UNKNOWN;
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size >= 10 ** 6 || size < 10 ** -4) {
    const [mantissa, exponent] = size.toExponential(digits - 1).split("e");
    return `${sign}${Number(mantissa)} × ${powerOfTen(Number(exponent))}`;
  }
  if (size >= 10 ** (digits - 1)) return sign + size.toFixed(size >= 10 ** digits ? 0 : 1);
  return sign + size.toPrecision(digits);
}

/** A number for a narrow column. @param {number | null | undefined} value */
export function tight(value) {
  if (!Number.isFinite(value) || value === 0) return short(value);
  const size = Math.abs(value);
  if (size >= 10 ** 5 || size < 10 ** -3) {
    const [mantissa, exponent] = size.toExponential(1).split("e");
    return `${value < 0 ? "−" : ""}${mantissa} × ${powerOfTen(Number(exponent))}`;
  }
  return short(value);
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
