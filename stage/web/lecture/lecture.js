/** Lecture mode: the stage alone, full screen, in type for the last row. */

const LEAST = 28 / 11; // times as large as beside the page's text: its smallest writing, 11 px on the map, must come to 28 px
const DESIGN = [1920, 1080]; // px; everything scales with the smaller side of the screen against these

const TYPES = [58, 44, 36, 28]; // px of the sentence at 1920 x 1080: the largest that leaves the rest its room
const NAMES = [34, 28]; // px of the formula at 1920 x 1080
const RIM = 28; // px at 1920 x 1080 between the name and the picture's edge
const KEEP = 30; // px at 1920 x 1080 around a mark that the name leaves free
const PARTS = ["lab-with-bar", "lab-with-name", "lab-with-desk", "lab-with-cut"];

export class Lecture {
  /** @param {HTMLElement} root the stage @param {() => void} changed called after entering and after leaving */
  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
    this.on = false;
    this.unit = 1;
    this.measure = () => {
      this.fitted = "";
      this.unit = Math.min(window.innerWidth / DESIGN[0], window.innerHeight / DESIGN[1]);
      root.style.setProperty("--unit", String(this.unit));
      root.style.setProperty("--gain", String(this.scale));
    };
    this.left = () => {
      if (this.on && !document.fullscreenElement) this.leave();
    };
  }

  /** How much larger marks and lines are than beside the page's text. */
  get scale() {
    return this.on ? LEAST * this.unit : 1;
  }

  /** The same of the list and the curve: beside all settings they are as on the page. */
  get listScale() {
    return this.has("lab-with-desk") ? 1 : this.scale;
  }

  enter() {
    if (this.on) return;
    this.on = true;
    this.home = this.root.parentElement;
    document.getElementById("lab-before")?.remove(); // what hid the page until now (live/pages/style.py): the class does it from here
    document.body.append(this.root); // above Streamlit's chrome, whatever stacking it uses
    this.measure();
    this.root.classList.add("lab-lecture");
    window.addEventListener("resize", this.measure);
    const asked = document.documentElement.requestFullscreen?.();
    // A link may open lecture mode without a gesture; then the browser keeps its own frame, and that is all.
    asked?.then(() => document.addEventListener("fullscreenchange", this.left)).catch(() => {});
    this.changed();
  }

  leave() {
    if (!this.on) return;
    this.on = false;
    document.removeEventListener("fullscreenchange", this.left);
    window.removeEventListener("resize", this.measure);
    this.root.classList.remove("lab-lecture", "lab-without-curve", ...PARTS);
    this.root.style.setProperty("--gain", "1");
    this.home.append(this.root);
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    this.changed();
  }

  /** Stand still, for as long as another stage needs to come up in its place. */
  freeze() {
    document.removeEventListener("fullscreenchange", this.left);
    window.removeEventListener("resize", this.measure);
    this.root.classList.add("lab-curtain");
  }

  /** Show or hide one of its parts. @param {string} part */
  turn(part) {
    this.root.classList.toggle(part);
    this.fitted = "";
  }

  /** @param {string} part */
  has(part) {
    return this.on && this.root.classList.contains(part);
  }

  /** The boxes (x, y, width, height in px) of what lies on the picture. */
  covers() {
    if (!this.on || this.has("lab-with-desk")) return [];
    const parts = [".lab-head", ".lab-legend", ".lab-readout"].map((part) => this.root.querySelector(part).getBoundingClientRect());
    return parts.filter(({ width }) => width > 0).map(({ x, y, width, height }) => [x, y, width, height]);
  }

  /**
   * Put the name into the corner where it covers least; where it is, if it covers nothing.
   * @param {{at: number[], weight: number}[]} marks what it had better leave free, in px
   * @returns {boolean} whether it covers another part of the picture now
   */
  placeName(marks, [width, height]) {
    const [head, bar] = [".lab-head", ".lab-legend"].map((part) => this.root.querySelector(part).getBoundingClientRect());
    const [rim, keep] = [RIM * this.unit, KEEP * this.unit];
    const corners = [[rim, rim], [width - rim - head.width, rim], [rim, height - rim - head.height], [width - rim - head.width, height - rim - head.height]];
    const places = corners.map(([x, y]) => [x, bar.width && y > rim && x < bar.right + rim ? bar.top - rim - head.height : y]);
    const covered = places.map(([x, y]) => marks.reduce((sum, { at: [a, b], weight }) => (
      sum + (a > x - keep && a < x + head.width + keep && b > y - keep && b < y + head.height + keep ? weight : 0)), 0));
    const now = this.corner ?? 0;
    this.corner = covered[now] ? covered.indexOf(Math.min(...covered)) : now;
    const place = places[this.corner].map((side) => `${Math.round(side)}px`);
    const covering = [...place, head.width, head.height].join();
    if (covering === this.place) return false;
    this.place = covering;
    ["--name-x", "--name-y"].forEach((side, i) => this.root.style.setProperty(side, place[i]));
    return true;
  }

  /** Show the formula in the largest type in which it has room beside or below the name, or not at all. */
  fitName([width]) {
    const [head, formula] = [".lab-head", ".lab-formula"].map((part) => this.root.querySelector(part));
    formula.classList.remove("lab-unfit");
    for (const type of NAMES) {
      head.style.setProperty("--type", String(type));
      if (formula.offsetWidth <= width - 4 * RIM * this.unit) return;
    }
    formula.classList.add("lab-unfit");
  }

  /** Give the sentence the largest type in which the whole column has room; if there is none, the curve goes. */
  fit() {
    const { root } = this;
    const state = [root.querySelector(".lab-verdict").textContent, root.querySelectorAll(".lab-row").length].join();
    if (state === this.fitted) return;
    this.fitted = state;
    for (const bare of [false, true]) {
      root.classList.toggle("lab-without-curve", bare);
      for (const type of TYPES) {
        root.style.setProperty("--type", String(type));
        if (root.scrollHeight <= root.clientHeight) return;
      }
    }
  }

  toggle() {
    if (this.on) this.leave();
    else this.enter();
  }
}
