/** The page of a phone in a room: with a code in its address it joins, without one it asks for it. */

import { styled } from "./base/loading.js";
import { Phone, joinForm } from "./lecture/phone.js";
import { leave as leaveStage, show as showStage, stageOf } from "./stage.js";

/** @param {{parentElement: HTMLElement, data: {base: string}}} component */
export async function show({ parentElement, data }) {
  await styled;
  const code = (new URLSearchParams(window.location.search).get("code") ?? "").trim().toUpperCase();
  const { base } = data;
  const joined = /^[A-Z]{5}$/.test(code);
  const root = joined ? new Phone({ base, code, stage: { show: showStage, leave: leaveStage, stageOf } }).root : joinForm(base);
  parentElement.replaceChildren(root);
}

export function leave() {}
