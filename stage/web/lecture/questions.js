/** What a room is asked, in words and numbers that the lecturer's page and the phones share. */

import { number } from "../base/numbers.js";
import { t } from "../base/translate.js";

const DECADES = [-4, 1]; // of the slider, as the stage's own

/** @type {Record<string, {says: string, words: (name: string) => string, hint: string}>} */
export const QUESTIONS = {
  end: { says: t("Where does it end?"), words: (name) => t("Where does {name} end?", { name }), hint: t("Tap the map: where does it end?") },
  wins: { says: t("Which one wins?"), words: () => t("Which one wins?"), hint: t("Choose one: which wins?") },
  rate: { says: t("How large may the rate be?"), words: (name) => t("How large may the rate of {name} be?", { name }), hint: t("Move the slider to the largest rate with which it still arrives.") },
};

/** The rate at this part of the slider, in three digits. @param {number} part 0 to 1 */
export const rateAt = (part) => Number((10 ** (DECADES[0] + part * (DECADES[1] - DECADES[0]))).toPrecision(3));

/** @param {number} rate @returns {number} 0 to 1 */
export const partOf = (rate) => Math.max(0, Math.min(1, (Math.log10(rate) - DECADES[0]) / (DECADES[1] - DECADES[0])));

/** Rates as the heights of bars, from the lowest to the highest. @param {number[]} rates @param {number} bars */
export function histogram(rates, bars) {
  const counts = Array(bars).fill(0);
  for (const rate of rates) counts[Math.min(bars - 1, Math.floor(partOf(rate) * bars))] += 1;
  return counts;
}

/** Where the middle one of the rates is, in words. @param {number[]} rates */
export function middleText(rates) {
  if (!rates.length) return "";
  const sorted = [...rates].sort((a, b) => a - b);
  return t("Half of them say {rate} or less.", { rate: number(sorted[Math.floor((sorted.length - 1) / 2)]) });
}

/** A code as it is read aloud. @param {string} code */
export const spelled = (code) => code.split("").join(" ");
