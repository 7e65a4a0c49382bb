/** A tournament: methods on all surfaces of a group, from many starts, as a performance profile (Dolan and Moré 2002). */

import { make, say } from "../base/dom.js";
import { count, number } from "../base/numbers.js";
import { PALE, PALETTE, dashCap, dashPattern, styleOf } from "../base/palette.js";
import { followSharpness } from "../base/sharpness.js";
import { penOf } from "../draw/canvas.js";
import { drawSwatch, traceMarker } from "../draw/ink.js";
import { save } from "../base/save.js";
import { t } from "../base/translate.js";

const [TRIED, FROM, APART] = [200, 8, "6 %"]; // rates, starts and neighbours of the search, as engine/studies/tournaments.py has them
const MARGIN = { left: 46, right: 14, top: 10, bottom: 38 };
const [LEAST_SPAN, MOST_SPAN] = [10, 1000]; // times the cheapest, at the right end of the chart
const PLACES = 100; // of the line that reads the chart, along its axis
const DOUBLE = 2;
const RULES = [["best_rate", t("each at its own best rate")], ["same_rate", t("all at the same rate")]];
const LIMITS = t("What this does not say: these are functions of two numbers, without noise. A network has millions of weights, noisy gradients and no single place to arrive at; who leads here need not lead there. Nor does it say which minimum was reached: any counts.");

/** The share of problems a method solves within tau times the cheapest's cost. @param {ArrayLike<number>} ratios rising @param {number} tau @returns {number} */
export function shareWithin(ratios, tau) {
  let solved = 0;
  while (solved < ratios.length && ratios[solved] <= tau) solved += 1;
  return ratios.length ? solved / ratios.length : 0;
}

/** A line of a table for each problem and method. @param {{surfaces: string[], names: string[], rates: number[][], costs: {data: ArrayLike<number>, columns: number}, starts: {data: ArrayLike<number>, rows: number}}} told */
export function tableOf({ surfaces, names, rates, costs, starts }) {
  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = ["surface,start_x,start_y,method,learning_rate,gradients,times_cheapest"];
  const each = starts.rows / surfaces.length;
  for (let problem = 0; problem < costs.columns; problem += 1) {
    const at = Math.floor(problem / each);
    const paid = names.map((_, lane) => costs.data[lane * costs.columns + problem]);
    const least = Math.max(1, Math.min(...paid));
    const [x, y] = [0, 1].map((axis) => Number(starts.data[2 * problem + axis].toPrecision(6)));
    names.forEach((name, lane) => {
      const solved = Number.isFinite(paid[lane]);
      const times = solved ? Number((Math.max(1, paid[lane]) / least).toPrecision(6)) : "";
      lines.push([quoted(surfaces[at]), x, y, quoted(name), rates[lane][at], solved ? paid[lane] : "", times].join());
    });
  }
  return `${lines.join("\n")}\n`;
}

export class Tournament {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.told = null; // what is known of the surfaces that all have played
    this.tau = DOUBLE;
    this.focus = null; // the method whose curve stands out
    const choice = (name, options, chosen) => make("select.lab-scope", { "aria-label": name, onchange: () => this.explain() }, ...options.map(([value, text]) => make("option", { value, selected: value === chosen }, text)));
    this.group = choice(t("Surfaces"), [["", t("this surface")]], "");
    this.who = choice(t("Methods"), [["all", t("all methods")], ["these", t("the methods of this race")]], "all");
    this.rule = choice(t("Learning rates"), RULES, "best_rate");
    this.starts = choice(t("Starts on each surface"), [16, 64, 256].map((n) => [n, t("{n} starts", { n })]), 64);
    this.budget = choice(t("Gradients from each start"), [500, 1000, 2000].map((n) => [n, t("{n} gradients", { n: count(n) })]), 1000);
    this.tolerance = choice(t("Slope at which a run has arrived"), [[1e-6, t("slope below 10⁻⁶")], [1e-3, t("slope below 0.001")]], 1e-6);
    this.begin = make("button.lab-begin", { type: "button", onclick: () => this.start() }, t("Start the tournament"));
    this.terms = make("p.lab-say", {});
    this.bar = make("progress.lab-progress", { max: 1, value: 0, "aria-label": t("Share of the tournament that is played") });
    this.now = make("span.lab-aside", {});
    this.running = make("div.lab-long-run", { hidden: true }, this.bar, this.now, make("button.lab-text", { type: "button", onclick: () => this.stop() }, t("stop")));
    this.canvas = make("canvas.lab-profile", { role: "slider", tabindex: 0, "aria-label": t("Performance profile"), "aria-valuemin": 1, "aria-valuemax": LEAST_SPAN, hidden: true, onkeydown: (event) => this.walk(event), onpointerdown: (event) => this.point(event), onpointermove: (event) => this.point(event) });
    this.table = make("table.lab-numbers.lab-standings", { hidden: true });
    this.sentence = make("p.lab-say.lab-first-found", { role: "status" });
    this.download = make("button.lab-text", { type: "button", hidden: true, onclick: () => this.save() }, t("Download every problem as CSV"));
    this.root = make("section.lab-below.lab-tournament", { "aria-label": t("Tournament") },
      make("div.lab-tournament-head", {},
        make("div.lab-heading", {}, make("h2", {}, t("Tournament")), make("span.lab-aside", {}, t("many surfaces, many starts"))),
        make("div.lab-choices", {}, this.group, this.who, this.rule, this.starts, this.budget, this.tolerance, this.begin), this.terms, this.running, this.sentence),
      this.canvas, make("div.lab-standings-room", {}, this.table, this.download), make("p.lab-say.lab-tournament-head", {}, LIMITS));
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(this.canvas);
    this.dull = followSharpness(() => this.paint());
  }

  /** Streamlit's word: which groups of surfaces there are. */
  hear(data) {
    if (!data.groups || this.groups) return;
    this.groups = data.groups;
    const every = data.groups.flatMap(({ surfaces }) => surfaces);
    const options = [...data.groups, { name: t("All surfaces"), surfaces: every }];
    this.group.replaceChildren(...options.map(({ name, surfaces }, i) => make("option", { value: i }, `${name} (${surfaces.length})`)), make("option", { value: "" }, t("this surface")));
    this.options = options;
    this.explain();
  }

  /** The surfaces that are chosen, as the wire calls them and as people do. */
  get surfaces() {
    const { scene, data } = this.stage;
    return this.group.value === "" ? [{ key: scene.landscape, name: data.surface.name }] : this.options[Number(this.group.value)].surfaces;
  }

  question() {
    const { scene, asking } = this.stage;
    const { rate } = scene.lanes[0];
    const these = asking.message(true);
    const all = Object.keys(PALETTE.optimizers).map((optimizer) => ({ landscape: scene.landscape, optimizer, rate }));
    const own = this.who.value === "these";
    return {
      kind: "tournament", landscapes: this.surfaces.map(({ key }) => key), runs: own ? these.runs : all, ...(own && these.names ? { names: these.names } : {}),
      rule: this.rule.value, starts: Number(this.starts.value), budget: Number(this.budget.value), tolerance: Number(this.tolerance.value),
    };
  }

  /** What the rules are, before anything is played. */
  explain() {
    const rate = this.rule.value === "same_rate"
      ? t("Every method at the rate of the race's first one, {rate}.", { rate: number(this.stage.scene.lanes[0].rate) })
      : t("Each method at its own best rate on each surface: of {n} from 0.0001 to 10 the one that solves the most of {starts} other starts and, of equally good ones, costs the least; a rate counts for no more than its neighbours do, {apart} off.", { n: TRIED, starts: FROM, apart: APART });
    const solved = t("A problem is a surface and a start, spread evenly over the window. Solved is who comes to rest in a minimum within {n} gradients; a step of Newton's method costs three, a line search what it asks for. τ is how many times the cheapest one's gradients a method needs.", { n: count(Number(this.budget.value)) });
    say(this.terms, `${rate} ${solved}`);
  }

  start() {
    this.stop();
    this.told = null;
    this.asked = this.question();
    this.looks = this.who.value === "these" ? this.stage.tracks().map((track) => track.look) : Object.keys(PALETTE.optimizers);
    this.played = { surfaces: this.surfaces.map(({ name }) => name) };
    this.canvas.hidden = this.table.hidden = this.download.hidden = true;
    this.running.hidden = false;
    this.bar.value = 0;
    say(this.sentence, "");
    say(this.now, t("Waiting for the server"));
    // A line of its own: on the picture's, each part would hold up the hand.
    this.line = this.stage.asking.apart((open) => open && this.ask());
  }

  ask() {
    const { asked, line } = this;
    line?.inquire(asked, (header, matrix) => {
      if (line !== this.line) return;
      if (header.error) {
        this.stop();
        say(this.sentence, header.error);
        return;
      }
      this.take(header, matrix);
      if (header.missing) this.ask();
      else this.stop();
    });
  }

  stop() {
    this.line?.close();
    this.line = null;
    this.running.hidden = true;
  }

  take(header, matrix) {
    this.bar.value = 1 - header.missing / header.all;
    const played = { n: count(header.all - header.missing), all: count(header.all) };
    say(this.now, header.next ? t("{n} of {all} played; now {next}", { ...played, next: header.next }) : t("{n} of {all} played", played));
    if (header.arrays?.ratios) {
      const { data, rows, columns } = matrix(header.arrays.ratios);
      const ratios = Array.from({ length: rows }, (_, lane) => data.subarray(lane * columns, (lane + 1) * columns));
      const furthest = Math.max(1, ...ratios.map((some) => some.findLast(Number.isFinite) ?? 1));
      this.told = { ...header, ratios, span: Math.min(MOST_SPAN, Math.max(LEAST_SPAN, furthest)) };
      if (header.arrays.costs) Object.assign(this.told, { costs: matrix(header.arrays.costs), starts: matrix(header.arrays.starts) });
      this.canvas.hidden = this.table.hidden = !header.counted;
      this.canvas.setAttribute("aria-valuemax", String(this.told.span));
      this.build();
      this.paint();
    }
    if (header.missing) return;
    say(this.sentence, header.sentence);
    this.download.hidden = false;
    this.root.dataset.problems = String(header.problems);
  }

  // ------- reading it

  setTau(tau) {
    this.tau = Math.min(this.told.span, Math.max(1, Number(tau.toPrecision(3))));
    this.paint();
  }

  point(event) {
    if (!this.told || (event.pointerType !== "mouse" && !event.buttons)) return;
    const { left, width } = this.canvas.getBoundingClientRect();
    const part = (event.clientX - left - MARGIN.left) / (width - MARGIN.left - MARGIN.right);
    this.setTau(this.told.span ** Math.min(1, Math.max(0, part)));
  }

  walk(event) {
    const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -PLACES, End: PLACES }[event.key];
    if (!way || !this.told || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.setTau(this.tau * this.told.span ** ((way * (event.shiftKey ? 10 : 1)) / PLACES));
  }

  // ------- the table and the chart

  build() {
    const { told, stage } = this;
    const order = told.methods.map((_, lane) => lane).sort((a, b) => told.methods[b].solved - told.methods[a].solved || told.methods[b].cheapest - told.methods[a].cheapest);
    const span = (rates) => (Math.min(...rates) === Math.max(...rates) ? number(rates[0], 2) : `${number(Math.min(...rates), 2)} – ${number(Math.max(...rates), 2)}`);
    this.within = new Map();
    const rows = order.map((lane) => {
      const swatch = make("canvas", { "aria-hidden": "true" });
      drawSwatch(swatch, styleOf(this.looks[lane], stage.theme), stage.tokens.paper);
      const point = (one) => {
        this.focus = one;
        this.paint();
      };
      const name = make("button.lab-line-name", { type: "button", "aria-pressed": String(this.focus === lane), onclick: () => point(this.focus === lane ? null : lane) }, told.names[lane]);
      const within = make("td", {});
      this.within.set(lane, within);
      const share = (part) => percent(part, told.counted);
      return make("tr", { "data-lane": lane, onpointerenter: (event) => event.pointerType === "mouse" && point(lane), onpointerleave: (event) => event.pointerType === "mouse" && point(null) },
        make("th", { scope: "row" }, make("span", {}, swatch, name)), make("td", {}, share(told.methods[lane].solved)), make("td", {}, share(told.methods[lane].cheapest)), within, make("td", {}, span(told.rates[lane])));
    });
    this.column = make("th", { scope: "col" });
    const head = ["", t("solved"), t("cheapest")].map((name) => make("th", { scope: "col" }, name));
    this.table.replaceChildren(make("caption", {}, t("{n} of {all} surfaces, {solved} of {problems} problems solved by some method", { n: count(told.surfaces), all: count(this.played.surfaces.length), solved: count(told.counted), problems: count(told.problems) })),
      make("thead", {}, make("tr", {}, ...head, this.column, make("th", { scope: "col" }, t("rates")))), make("tbody", {}, ...rows));
    this.drawnIn = stage.theme;
  }

  paint() {
    const { told, canvas, stage } = this;
    if (!told || canvas.hidden || canvas.clientWidth < 1) return;
    const { pen, width, height } = penOf(canvas);
    const { tokens, theme } = stage;
    const [left, right, top, bottom] = [MARGIN.left, width - MARGIN.right, MARGIN.top, height - MARGIN.bottom];
    const x = (tau) => left + ((right - left) * Math.log(Math.min(tau, told.span))) / Math.log(told.span);
    const y = (share) => bottom - (bottom - top) * share;
    const rule = (x0, y0, x1, y1) => {
      pen.beginPath();
      pen.moveTo(x0, y0);
      pen.lineTo(x1, y1);
      pen.stroke();
    };
    Object.assign(pen, { font: '400 11.5px "Source Sans", sans-serif', textBaseline: "middle", lineWidth: 1, strokeStyle: tokens.line, fillStyle: tokens.ink3 });
    for (const part of [0, 0.25, 0.5, 0.75, 1]) {
      pen.textAlign = "right";
      pen.fillText(`${100 * part} %`, left - 6, y(part));
      rule(left, y(part), right, y(part));
    }
    pen.textAlign = "center";
    for (const tau of [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].filter((one) => one <= told.span)) {
      pen.fillText(count(tau), x(tau), bottom + 12);
      rule(x(tau), top, x(tau), bottom);
    }
    pen.fillText(t("τ, times the cheapest one's gradients"), (left + right) / 2, bottom + 28);
    const lanes = told.ratios.map((_, lane) => lane).sort((a, b) => Number(a === this.focus) - Number(b === this.focus));
    for (const lane of lanes) {
      const style = styleOf(this.looks[lane], theme);
      pen.globalAlpha = this.focus === null || this.focus === lane ? 1 : PALE;
      this.curve(pen, told.ratios[lane], { style, wide: this.focus === lane ? 3 : 2, x, y, right, tokens, place: told.span ** ((lane + 0.5) / lanes.length) });
    }
    pen.globalAlpha = 1;
    Object.assign(pen, { strokeStyle: tokens.accent, lineWidth: 1.5 });
    rule(x(this.tau), top - 4, x(this.tau), bottom + 4);
    this.tell();
  }

  /** One method's steps, and its marker where no other has its own: in grey it tells curves apart. */
  curve(pen, ratios, { style, wide, x, y, right, tokens, place }) {
    Object.assign(pen, { strokeStyle: style.colour, lineWidth: wide, lineCap: dashCap(style.dash), lineJoin: "round" });
    pen.setLineDash(dashPattern(style.dash, wide));
    pen.beginPath();
    let share = shareWithin(ratios, 1);
    pen.moveTo(x(1), y(share));
    for (let i = Math.round(share * ratios.length); i < ratios.length && ratios[i] <= this.told.span; i += 1) {
      pen.lineTo(x(ratios[i]), y(share));
      share = (i + 1) / ratios.length;
      pen.lineTo(x(ratios[i]), y(share));
    }
    pen.lineTo(right, y(share));
    pen.stroke();
    pen.setLineDash([]);
    traceMarker(pen, style.marker, x(place), y(shareWithin(ratios, place)), 4.4);
    Object.assign(pen, { lineWidth: 3, strokeStyle: tokens.paper, fillStyle: style.colour });
    pen.stroke();
    pen.fill("evenodd");
  }

  /** The shares at the line, in the table and for who does not see the chart. */
  tell() {
    const { told, tau, canvas } = this;
    const times = number(tau);
    say(this.column, t("within {times}×", { times }));
    const at = (some) => told.ratios.map((ratios, lane) => [lane, shareWithin(ratios, some)]).sort((a, b) => b[1] - a[1]);
    const text = (list) => list.map(([lane, share]) => `${told.names[lane]} ${percent(share, 1)}`).join(", ");
    for (const [lane, share] of at(tau)) say(this.within.get(lane), percent(share, 1));
    for (const row of this.table.tBodies[0].rows) row.querySelector("button").setAttribute("aria-pressed", String(Number(row.dataset.lane) === this.focus));
    canvas.setAttribute("aria-valuenow", String(tau));
    canvas.setAttribute("aria-valuetext", t("within {times} times the cheapest: {shares}", { times, shares: text(at(tau)) }));
    canvas.setAttribute("aria-label", t("Performance profile of {n} problems: the share that each method solves within τ times the cheapest one's gradients. Cheapest: {cheapest}. Solved at all: {solved}.", { n: count(told.counted), cheapest: text(at(1)), solved: text(at(Number.MAX_VALUE)) }));
  }

  save() {
    const { told, played } = this;
    save("tournament.csv", new Blob([tableOf({ ...told, surfaces: played.surfaces })], { type: "text/csv" }));
  }

  refresh() {
    if (this.rateSaid !== this.stage.scene.lanes[0].rate) this.explain();
    this.rateSaid = this.stage.scene.lanes[0].rate;
    if (this.told && this.drawnIn !== this.stage.theme) {
      this.build();
      this.paint();
    }
  }

  again() {}

  sharpen() {
    this.paint();
  }

  leave() {
    this.stop();
    this.sizes.disconnect();
    this.dull();
  }
}

/** A share that is 100 or 0 per cent only where it is all or nothing, as engine/sentences/tournament.py writes it. @param {number} part @param {number} whole */
export function percent(part, whole) {
  const share = (100 * part) / whole;
  const rounded = Math.floor(share + 0.5);
  if (part === 0 || part === whole || (rounded > 0 && rounded < 100)) return `${rounded} %`;
  return `${Math.min(99.9, Math.max(0.1, Math.floor(10 * share + 0.5) / 10))} %`;
}
