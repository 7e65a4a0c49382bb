/** First, back, play, forward, scrub, step, speed, loop. */

import { glyph, make, say } from "../base/dom.js";
import { withKey } from "../input/keymap.js";
import { SPEEDS } from "./playback.js";
import { traceMarker } from "../draw/ink.js";
import { sharpness } from "../base/sharpness.js";
import { count } from "../base/numbers.js";
import { t } from "../base/translate.js";

/** @param {import("./playback.js").Playback} playback @param {() => void} settled called when a hand leaves the playhead somewhere */
export function makeTransport(playback, settled) {
  const button = (name, label, act, key) => make("button.lab-icon", { type: "button", "aria-label": label, title: key ? withKey(label, key) : label, onclick: act }, glyph(name));
  const go = (act) => () => {
    act();
    settled();
  };
  const first = button("first_page", t("To the start"), go(() => { playback.pause(); playback.seek(0); }), "Home");
  const back = button("chevron_left", t("One step back"), go(() => playback.advance(-1)), "ArrowLeft");
  const forward = button("chevron_right", t("One step forward"), go(() => playback.advance(1)), "ArrowRight");
  const playGlyph = glyph("play_arrow");
  const play = make("button.lab-play", { type: "button", "aria-label": t("Play"), title: withKey(t("Play"), " "), onclick: () => playback.toggle() }, playGlyph);
  const scrub = make("input.lab-slider.lab-scrub", { type: "range", min: 0, max: 1, step: 1, "aria-label": t("Step shown") });
  scrub.addEventListener("input", () => {
    playback.pause();
    playback.seek(Number(scrub.value));
  });
  scrub.addEventListener("change", settled);
  const arrivals = make("canvas.lab-arrivals", { "aria-hidden": "true" });
  const room = { width: 0, height: 0 }; // asked for once: at every answer the page would be laid out for it
  new ResizeObserver(([{ contentRect }]) => { Object.assign(room, { width: contentRect.width, height: contentRect.height }); }).observe(arrivals);
  const now = make("b", {});
  const total = make("span", {});
  const counter = make("div.lab-counter", {}, now, " ", total);
  const speed = make("select.lab-speed", { "aria-label": t("Speed"), title: withKey(t("Speed"), "v") }, ...SPEEDS.map((value) => make("option", { value }, value < 1 ? "¼×" : `${value}×`)));
  speed.value = "1";
  speed.addEventListener("change", () => { playback.speed = Number(speed.value); });
  const loop = button("repeat", t("Loop"), () => {
    playback.loop = !playback.loop;
    loop.setAttribute("aria-pressed", String(playback.loop));
  });
  loop.setAttribute("aria-pressed", "false");
  const root = make("div.lab-transport", { role: "group", "aria-label": t("Playback") }, first, back, play, forward, make("div.lab-scrubber", {}, arrivals, scrub), counter, speed, loop);

  return {
    root,
    /** The next faster speed; after the fastest, the slowest. */
    turnSpeed() {
      playback.speed = SPEEDS[(SPEEDS.indexOf(playback.speed) + 1) % SPEEDS.length];
      speed.value = String(playback.speed);
    },
    show() {
      const { playing, length, step } = playback;
      say(playGlyph, playing ? "pause" : "play_arrow");
      const does = playing ? t("Pause") : t("Play");
      play.setAttribute("aria-label", does);
      play.title = withKey(does, " ");
      speed.value = String(playback.speed);
      scrub.max = String(Math.max(1, length));
      scrub.value = String(step);
      scrub.setAttribute("aria-valuetext", t("step {n} of {all}", { n: count(step), all: count(length) }));
      scrub.style.setProperty("--done", `${length ? (100 * playback.playhead) / length : 0}%`);
      say(now, t("Step {n}", { n: count(step) }));
      say(total, t("of {n}", { n: count(length) }));
    },
    /** Small marks over the scrubber where each method came to rest. */
    showArrivals(tracks) {
      const sharp = sharpness(2);
      const [width, height] = room.width ? [room.width, room.height] : [arrivals.clientWidth, arrivals.clientHeight];
      arrivals.width = width * sharp;
      arrivals.height = height * sharp;
      const pen = arrivals.getContext("2d");
      pen.scale(sharp, sharp);
      for (const { result, style, hidden } of tracks) {
        const { kind, step } = result.outcome;
        if (hidden || kind === "budget" || !playback.length) continue;
        traceMarker(pen, style.marker, 9 + (width - 18) * (step / playback.length), height / 2, 3.9);
        pen.fillStyle = style.colour;
        pen.fill("evenodd");
      }
    },
  };
}
