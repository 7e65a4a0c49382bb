/** One HTML file with the run in it, Plotly.js included: it plays without a network, on a phone too. */

import { PALETTE } from "../base/palette.js";
import { number } from "../base/numbers.js";
import { bandColours } from "../map/relief.js";
import { rowsOf } from "./drawing.js";
import { playPage } from "./page_script.js";
import { escaped } from "./svg_pen.js";
import { language, t } from "../base/translate.js";

const FRAMES = 200; // of the animation, at most
const LENGTH = 8000; // ms that it takes; a short run is watched step by step
const STEP = 120;
const DIGITS = 5;
const DASHES = { solid: "solid", long: "longdash", dashdot: "dashdot", dot: "dot", short: "dash" };
const SYMBOLS = { circle: "circle", square: "square", diamond: "diamond", plus: "cross", star: "star", ring: "circle-open", cross: "x", hex: "hexagon" };

const rounded = (value) => (Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null);
/** JSON that may stand inside a script element. */
const held = (value) => JSON.stringify(value).replace(/</g, "\\u003c");

/** @param {any} stage @returns {any} what the page's script plays */
export function playedOf(stage) {
  const { picture, groundwork, theme, tokens, playback } = stage;
  const { relief } = groundwork;
  const { rows, columns } = relief.losses;
  const spread = ([from, to], size) => Array.from({ length: size }, (_, i) => rounded(from + ((to - from) * i) / (size - 1)));
  const by = (value) => Array.from({ length: rows }, (_, j) => Array.from({ length: columns }, (_, i) => value(j, i)));
  const every = Math.max(1, Math.ceil(playback.length / FRAMES));
  const steps = Array.from({ length: Math.floor(playback.length / every) + 1 }, (_, i) => i * every);
  if (steps.at(-1) < playback.length) steps.push(playback.length);
  const column = ({ data, columns: wide }, which) => Array.from({ length: data.length / wide }, (_, i) => rounded(data[i * wide + which]));
  const [x, y] = stage.data.surface.axes;
  const says = {
    over: t("{x} {x0}, {y} {y0}: loss {loss}", { x, x0: "%{x:.3g}", y, y0: "%{y:.3g}", loss: "%{customdata:.4g}" }),
    ball: t("{name}, step {step}: loss {loss}"), begins: t("{name} begins at step {step}"), play: t("Play"), pause: t("Pause"), step: t("Step {n}").split("{n}"),
  };
  return {
    says, axes: stage.data.surface.axes, numbered: picture.axes, ground: relief.ground, steps, pause: Math.min(STEP, Math.round(LENGTH / steps.length)),
    x: spread(relief.ground[0], columns), y: spread(relief.ground[1], rows),
    z: by((j, i) => (relief.gaps?.[j][i] ? null : rounded(relief.z[j][i]))), losses: by((j, i) => rounded(relief.losses.data[j * columns + i])),
    colours: { bands: bandColours(PALETTE.surface[theme], relief.ladder.levels.length - 1), contour: tokens.contour, casing: tokens.casing, ink: tokens.ink, line: tokens.line, card: tokens.card, border: tokens.ink3 },
    lanes: stage.tracks().filter(({ hidden, result }) => !hidden && result).map(({ name, style, result }) => ({
      name, begin: result.begin ?? 0, colour: style.colour, dash: DASHES[style.dash], marker: SYMBOLS[style.marker],
      x: column(result.points, 0), y: column(result.points, 1), losses: Array.from(result.losses.data, (loss) => number(loss)),
    })),
  };
}

/** @param {any} stage @returns {Promise<Blob>} */
export async function pageFile(stage) {
  const answer = await fetch(new URL("../plotly.min.js", import.meta.url));
  if (!answer.ok) throw new Error(t("The drawing library did not load. Try again."));
  const library = (await answer.text()).replaceAll("</script", "<\\/script");
  const { theme, tokens, data } = stage;
  const rows = rowsOf(stage).map(({ style, name, text }) => `<li><b style="border-color: ${style.colour}">${escaped(name)}</b> ${escaped(text)}</li>`);
  const title = t("{surface}: gradient descent", { surface: data.surface.name });
  const here = t("This picture in Descent Lab");
  const page = `<!doctype html>
<html lang="${language()}" data-theme="${theme}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
  :root { color-scheme: ${theme}; }
  body { margin: 0 auto; padding: 16px; max-width: 1100px; background: ${tokens.paper}; color: ${tokens.ink}; font: 16px/1.5 "Source Sans", system-ui, sans-serif; }
  h1 { margin: 0; font: 600 26px/1.3 "Source Serif", Georgia, serif; }
  p { font: 18px/1.45 "Source Serif", Georgia, serif; margin: 8px 0; }
  :lang(zh) :is(h1, p) { font-family: "Source Serif", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
  #figure { height: min(78vh, 110vw); min-height: 420px; }
  ul { list-style: none; margin: 0; padding: 0; }
  li b { padding-left: 10px; border-left: 5px solid; }
  a { color: inherit; }
</style>
<h1>${escaped(data.surface.name)}</h1>
<p>${escaped(stage.summary)}</p>
<div id="figure" role="img" aria-label="${escaped(stage.picture.ink.getAttribute("aria-label") ?? "")}"></div>
<ul>${rows.join("")}</ul>
<p><a href="${escaped(window.location.href)}">${escaped(here)}</a></p>
<script>${library}</script>
<script>(${playPage})(${held(playedOf(stage))}, window.Plotly);</script>
</html>
`;
  return new Blob([page], { type: "text/html" });
}
