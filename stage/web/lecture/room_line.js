/** The line of a room, a lecturer's or a phone's: it comes back by itself, at once where a phone wakes up. */

import { socketAddress } from "../wire/wire.js";

const FIRST_RETRY = 300;
const LONGEST_RETRY = 2000; // ms: who is back on the line is back on the scene within three seconds
const ASLEEP = 4000; // ms out of sight after which a line that looks open may be none

export class RoomLine {
  /**
   * @param {string} base @param {string} code
   * @param {{first: () => any, heard: (told: any) => void, line: (open: boolean) => void, refused: (told: any) => void}} on `first` is what is said at first,
   *   `refused` hears why the room does not let this one in
   */
  constructor(base, code, on) {
    this.on = on;
    this.retry = FIRST_RETRY;
    this.open = false;
    this.url = socketAddress(`${base}/live/room?code=${encodeURIComponent(code)}`);
    this.wakes = () => this.wake();
    document.addEventListener("visibilitychange", this.wakes);
    for (const kind of ["online", "pageshow"]) window.addEventListener(kind, this.wakes);
    this.connect();
  }

  connect() {
    clearTimeout(this.waiting);
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(this.on.first()));
    socket.onmessage = ({ data }) => this.take(JSON.parse(data));
    socket.onclose = () => {
      if (this.socket !== socket || this.closed) return;
      if (this.open) this.on.line(false);
      this.open = false;
      this.waiting = setTimeout(() => this.connect(), this.retry);
      this.retry = Math.min(2 * this.retry, LONGEST_RETRY);
    };
  }

  take(told) {
    if (told.kind === "refused" && !["message", "slow"].includes(told.why)) {
      if (told.why === "wait") this.retry = 1000 * told.seconds + 200;
      else this.close();
      this.on.refused(told);
      return;
    }
    if (!this.open) {
      this.open = true;
      this.retry = FIRST_RETRY;
      this.on.line(true);
    }
    if (told.kind === "ended") this.close();
    this.on.heard(told);
  }

  /** @param {any} told @returns {boolean} whether it has left */
  say(told) {
    if (!this.open || this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(told));
    return true;
  }

  wake() {
    if (this.closed) return;
    if (document.hidden) {
      this.hidden = Date.now();
      return;
    }
    const slept = Date.now() - (this.hidden ?? Date.now());
    this.hidden = undefined;
    if (slept < ASLEEP && this.socket.readyState !== WebSocket.CLOSED) return;
    const old = this.socket;
    if (this.open) this.on.line(false);
    this.open = false;
    this.retry = FIRST_RETRY;
    this.connect();
    old.close();
  }

  close() {
    this.closed = true;
    clearTimeout(this.waiting);
    document.removeEventListener("visibilitychange", this.wakes);
    for (const kind of ["online", "pageshow"]) window.removeEventListener(kind, this.wakes);
    this.socket.close();
  }
}
