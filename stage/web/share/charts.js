/** The charts of a page without a stage as one drawing: each where it stands on the page, with the headings above them. */

import { loadPlotly } from "../base/loading.js";
import { pixelsOf } from "./drawing.js";
import { fontRules } from "./fonts.js";
import { save } from "../base/save.js";
import { SvgPen, escaped } from "./svg_pen.js";
import { t } from "../base/translate.js";

const RIM = 16; // px around all of it
const LINE = 48; // px: a heading is one line, and no paragraph

/** @returns {Promise<import("./drawing.js").Drawing>} */
async function chartsOf() {
  const plots = [...document.querySelectorAll(".stMain .js-plotly-plot")].filter((plot) => plot.clientWidth);
  if (!plots.length) throw new Error(t("There is no chart on this page yet; wait until the training has ended."));
  await loadPlotly();
  const boxes = plots.map((plot) => plot.getBoundingClientRect());
  const [left, right] = [Math.min(...boxes.map((box) => box.left)), Math.max(...boxes.map((box) => box.right))];
  const lowest = Math.max(...boxes.map((box) => box.bottom));
  const headings = [...document.querySelectorAll(".stMain :is(h1, h2, h3, .verdict)")].filter((heading) => {
    const box = heading.getBoundingClientRect();
    return !heading.closest("dialog") && box.width > 1 && box.height < LINE && box.bottom < lowest && box.left < right;
  });
  const top = Math.min(...[...headings, ...plots].map((element) => element.getBoundingClientRect().top));
  const [width, height] = [right - left + 2 * RIM, lowest - top + 2 * RIM];
  const place = (box) => [box.left - left + RIM, box.top - top + RIM];
  const pen = new SvgPen();
  for (const heading of headings) {
    const style = getComputedStyle(heading);
    const box = heading.getBoundingClientRect();
    pen.font = `${style.fontWeight} ${parseFloat(style.fontSize)}px ${style.fontFamily.split(",")[0]}`;
    pen.fillStyle = style.color;
    pen.textBaseline = "middle";
    const [x, y] = place(box);
    pen.fillText(heading.textContent.trim(), Math.max(RIM, x), y + box.height / 2);
  }
  const images = await Promise.all(plots.map(async (plot, i) => {
    const { data, layout } = /** @type {any} */ (plot);
    const size = { width: boxes[i].width, height: boxes[i].height };
    const address = await window.Plotly.toImage({ data, layout: { ...layout, ...size, autosize: false } }, { format: "svg", ...size });
    const [x, y] = place(boxes[i]);
    return `<image x="${x}" y="${y}" width="${size.width}" height="${size.height}" href="${escaped(address)}"/>`;
  }));
  const paper = getComputedStyle(document.querySelector(".stApp")).backgroundColor;
  const fonts = await fontRules();
  return { width, height, picture: height, markup: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${escaped(document.title)}</title>
<desc>${escaped(window.location.href)}</desc>
<style>${fonts}</style>
<rect width="${width}" height="${height}" fill="${paper}"/>
${pen.markup}
${images.join("\n")}
</svg>` };
}

/** @returns {import("./sheet.js").Line} */
export const chartsLine = () => ({ icon: "image", title: t("Charts"), says: t("all of this page, with their headings"), acts: [
  ["PNG", async () => {
    const canvas = await pixelsOf(await chartsOf(), 2);
    save("networks.png", await new Promise((resolve) => canvas.toBlob(resolve, "image/png")));
    return t("Saved: {width} × {height} px.", { width: canvas.width, height: canvas.height });
  }],
  ["SVG", async () => {
    const { markup } = await chartsOf();
    save("networks.svg", new Blob([markup], { type: "image/svg+xml" }));
    return t("Saved.");
  }],
] });
