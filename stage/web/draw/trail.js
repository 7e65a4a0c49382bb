/** The way that a network's training took, where the surface is the plane through its end: ink under the paths. */

export class Trail {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.draw = (pen, view) => this.ink(pen, view);
    stage.picture.underlay = this.draw;
  }

  ink(pen, view) {
    const { tokens, data, picture: { scale } } = this.stage;
    const trail = data?.surface.trail;
    if (!trail || view.block) return;
    const line = new Path2D();
    const dots = new Path2D();
    for (const [x, y] of trail) {
      const [px, py] = view.project(x, y);
      line.lineTo(px, py);
      dots.moveTo(px + 2.2, py);
      dots.arc(px, py, 2.2 * scale, 0, 2 * Math.PI);
    }
    pen.lineJoin = "round";
    pen.setLineDash([]);
    pen.strokeStyle = tokens.casing;
    pen.lineWidth = 4.6 * scale;
    pen.stroke(line);
    pen.setLineDash([2 * scale, 4 * scale]);
    pen.strokeStyle = tokens.ink;
    pen.lineWidth = 1.7 * scale;
    pen.stroke(line);
    pen.setLineDash([]);
    pen.fillStyle = tokens.ink;
    pen.fill(dots);
  }

  refresh() {}

  again() {}

  leave() {
    if (this.stage.picture.underlay === this.draw) this.stage.picture.underlay = null;
  }
}
