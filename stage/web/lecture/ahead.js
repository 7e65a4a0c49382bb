/** What a scene needs, made before it is wanted: its programs on the server, and its surface in the browser's cache. */

import { shared } from "../wire/asking.js";
import { Wire, socketAddress } from "../wire/wire.js";

export class Ahead {
  /**
   * Begins with the scene after the one shown, and goes on, one at a time, until all are ready. On a line of its own:
   * a scene that has to be compiled must not keep the answer to the lecturer's hand waiting.
   * @param {string} base @param {any[]} prepared of `ui/lecture/deck.py`
   */
  constructor(base, prepared) {
    this.prepared = prepared;
    this.left = new Set(prepared.keys());
    this.at = 0;
    const done = () => {
      this.asking = false;
      this.go();
    };
    this.wire = new Wire(socketAddress(`${base}/live`), { answer: done, refusal: done, line: () => {} });
    this.wire.expect(true);
  }

  /** @param {number} at the scene that is shown now @param {{prefetch: (data: any) => void} | undefined} stage what shows it */
  from(at, stage) {
    this.at = at;
    this.stage = stage;
    this.left.delete(at);
    this.go();
  }

  go() {
    if (this.asking || !this.left.size) return;
    const next = [...this.left].find((at) => at > this.at) ?? [...this.left][0];
    this.left.delete(next);
    const { data } = this.prepared[next];
    if (!data) return this.go(); // a page in a frame sees to itself
    this.asking = true;
    this.stage?.prefetch(data);
    const { lanes, focus } = data.scene;
    const common = shared(data.scene);
    this.wire.ask({ focus, runs: lanes.map(({ optimizer, rate }) => ({ ...common, optimizer, rate })) });
  }

  leave() {
    this.wire.close();
  }
}
