/** How long a lecture has been going on. */

import { t } from "../base/translate.js";

const two = (value) => String(value).padStart(2, "0");

/** Minutes and seconds: 18:42. @param {number} ms */
export const passedText = (ms) => `${two(Math.floor(ms / 60_000))}:${two(Math.floor(ms / 1000) % 60)}`;

/** The time of day. @param {Date} now */
export const dayText = (now) => `${two(now.getHours())}:${two(now.getMinutes())}`;

/** Against the plan, in which every scene takes as long as another. @param {number} passed ms @param {number} minutes @param {number} part how much of the scenes is over */
export function paceText(passed, minutes, part) {
  const late = Math.round(passed / 60_000 - minutes * part);
  if (Math.abs(late) < 2) return t("on time");
  return late > 0 ? t("{n} min behind", { n: late }) : t("{n} min ahead", { n: -late });
}
