/** Lecture mode: the stage alone, full screen, in type for the last row. */

const LEAST = 28 / 11; // times as large as beside the page's text: its smallest writing, 11 px on the map, must come to 28 px
const DESIGN = [1920, 1080]; // px; everything scales with the smaller side of the screen against these

export class Lecture {
  /** @param {HTMLElement} root the stage @param {() => void} changed called after entering and after leaving */
  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
    this.on = false;
    this.unit = 1;
    this.measure = () => {
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

  enter() {
    if (this.on) return;
    this.on = true;
    this.home = this.root.parentElement;
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
    this.root.classList.remove("lab-lecture", "lab-with-bar");
    this.root.style.setProperty("--gain", "1");
    this.home.append(this.root);
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    this.changed();
  }

  toggle() {
    if (this.on) this.leave();
    else this.enter();
  }
}
