/**
 * A pen that writes SVG where a canvas' pen would colour pixels: what the marks of the picture are drawn with, no more.
 * Moves and turns are worked into the coordinates, so that a path stands there in px of the picture.
 */

const START = {
  fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, lineCap: "butt", lineJoin: "miter", globalAlpha: 1, lineDashOffset: 0, dash: [],
  font: '400 12px "Source Sans"', textAlign: "left", textBaseline: "alphabetic", matrix: [1, 0, 0, 1, 0, 0],
};
const ANCHORS = { left: "start", start: "start", center: "middle", right: "end", end: "end" };
const BELOW = { middle: 0.34, top: 0.8, alphabetic: 0, bottom: -0.2 }; // of the letters' size, from the place to their base line

const short = (value) => String(Number(value.toFixed(2)));
const attributes = (values) => Object.entries(values).filter(([, value]) => value !== null).map(([name, value]) => ` ${name}="${value}"`).join("");

/** Text as markup may hold it. @param {string} text */
export const escaped = (text) => text.replace(/[&<>"]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter]);

export class SvgPen {
  constructor() {
    Object.assign(this, structuredClone(START));
    this.written = [];
    this.stack = [];
    this.d = "";
    this.measure = document.createElement("canvas").getContext("2d");
  }

  /** All that was drawn, as markup. */
  get markup() {
    return this.written.join("\n");
  }

  save() {
    this.stack.push(structuredClone(Object.fromEntries(Object.keys(START).map((name) => [name, this[name]]))));
  }

  restore() {
    Object.assign(this, this.stack.pop());
  }

  transform(a, b, c, d, e, f) {
    const [A, B, C, D, E, F] = this.matrix;
    this.matrix = [A * a + C * b, B * a + D * b, A * c + C * d, B * c + D * d, A * e + C * f + E, B * e + D * f + F];
  }

  translate(x, y) {
    this.transform(1, 0, 0, 1, x, y);
  }

  rotate(angle) {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    this.transform(cos, sin, -sin, cos, 0, 0);
  }

  at(x, y) {
    const [a, b, c, d, e, f] = this.matrix;
    return `${short(a * x + c * y + e)} ${short(b * x + d * y + f)}`;
  }

  // ------- paths

  beginPath() {
    this.d = "";
  }

  closePath() {
    this.d += "Z";
  }

  moveTo(x, y) {
    this.d += `M${this.at(x, y)}`;
  }

  lineTo(x, y) {
    this.d += `${this.d ? "L" : "M"}${this.at(x, y)}`;
  }

  quadraticCurveTo(cx, cy, x, y) {
    this.d += `Q${this.at(cx, cy)} ${this.at(x, y)}`;
  }

  /** Two halves, since one arc cannot come back to where it began. */
  arc(x, y, radius, from, to, back = false) {
    const place = (angle) => this.at(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    const [r, sweep, middle] = [short(radius), back ? 0 : 1, (from + to) / 2 + (back && to > from ? Math.PI : 0)];
    this.d += `${this.d && !this.d.endsWith("Z") && !this.whole(from, to) ? "L" : "M"}${place(from)}`;
    this.d += `A${r} ${r} 0 0 ${sweep} ${place(middle)}A${r} ${r} 0 0 ${sweep} ${place(to)}`;
  }

  whole(from, to) {
    return Math.abs(to - from) > 2 * Math.PI - 1e-6;
  }

  rect(x, y, width, height) {
    this.d += `M${this.at(x, y)}L${this.at(x + width, y)}L${this.at(x + width, y + height)}L${this.at(x, y + height)}Z`;
  }

  roundRect(x, y, width, height, radius) {
    const r = Math.min(radius, width / 2, height / 2);
    const corner = (cx, cy, ex, ey) => `Q${this.at(cx, cy)} ${this.at(ex, ey)}`;
    const [right, low] = [x + width, y + height];
    this.d += `M${this.at(x + r, y)}L${this.at(right - r, y)}${corner(right, y, right, y + r)}L${this.at(right, low - r)}${corner(right, low, right - r, low)}`
      + `L${this.at(x + r, low)}${corner(x, low, x, low - r)}L${this.at(x, y + r)}${corner(x, y, x + r, y)}Z`;
  }

  fill(rule = "nonzero") {
    if (this.d) this.written.push(`<path${attributes({ d: this.d, fill: this.fillStyle, "fill-rule": rule === "evenodd" ? rule : null, ...this.shine })}/>`);
  }

  stroke() {
    if (this.d) this.written.push(`<path${attributes({ d: this.d, fill: "none", ...this.line })}/>`);
  }

  fillRect(x, y, width, height) {
    const { d } = this;
    this.beginPath();
    this.rect(x, y, width, height);
    this.fill();
    this.d = d;
  }

  setLineDash(dash) {
    this.dash = dash;
  }

  get shine() {
    return { opacity: this.globalAlpha < 1 ? short(this.globalAlpha) : null };
  }

  get line() {
    return {
      stroke: this.strokeStyle, "stroke-width": short(this.lineWidth), "stroke-linecap": this.lineCap === "butt" ? null : this.lineCap, "stroke-linejoin": this.lineJoin === "miter" ? null : this.lineJoin,
      "stroke-dasharray": this.dash.length ? this.dash.map(short).join(" ") : null, "stroke-dashoffset": this.dash.length && this.lineDashOffset ? short(this.lineDashOffset) : null, ...this.shine,
    };
  }

  // ------- words and pictures

  measureText(text) {
    this.measure.font = this.font;
    return this.measure.measureText(text);
  }

  fillText(text, x, y) {
    this.write(text, x, y, { fill: this.fillStyle, ...this.shine });
  }

  strokeText(text, x, y) {
    this.write(text, x, y, { fill: "none", ...this.line });
  }

  write(text, x, y, look) {
    const [, slant, weight, size, family] = this.font.match(/^(?:(italic) )?(?:(\d+) )?([\d.]+)px "?([^"]+)"?/);
    const below = BELOW[this.textBaseline] * Number(size);
    const [a, b, c, d, e, f] = this.matrix.map((value) => Number(value.toFixed(4)));
    const place = a === 1 && b === 0 ? { x: short(x + e), y: short(y + below + f) } : { x: short(x), y: short(y + below), transform: `matrix(${a} ${b} ${c} ${d} ${e} ${f})` };
    this.written.push(`<text${attributes({
      ...place, "font-family": escaped(family), "font-size": short(Number(size)), "font-weight": weight ?? null, "font-style": slant ?? null,
      "text-anchor": ANCHORS[this.textAlign] === "start" ? null : ANCHORS[this.textAlign], ...look,
    })}>${escaped(text)}</text>`);
  }

  /** A canvas becomes a picture inside: shadows, and what only pixels can say. */
  drawImage(canvas, x, y, width = canvas.width, height = canvas.height) {
    if (!canvas.width || !canvas.height) return;
    const [, , , , e, f] = this.matrix;
    this.written.push(`<image${attributes({ x: short(x + e), y: short(y + f), width: short(width), height: short(height), href: canvas.toDataURL("image/png"), preserveAspectRatio: "none", ...this.shine })}/>`);
  }
}
