/** The line of a room, a lecturer's or a phone's: it comes back by itself, at once where a phone wakes up. */

import { socketAddress } from "../wire/wire.js";

const FIRST_RETRY = 300;
const LONGEST_RETRY = 2000; // ms: who is back on the line is back on the scene within three seconds
const ASLEEP = 4000; // ms out of sight, or without a tick of the clock, after which a line that looks open may be none
const SILENT = 12_000; // ms without a word, where the server says one every five seconds: the line was cut without any
const TICK = 1000; // ms

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
    this.ticked = Date.now();
    this.watching = setInterval(() => this.watch(), TICK);
    this.connect();
  }

  connect() {
    clearTimeout(this.waiting);
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.heard = Date.now();
    socket.onopen = () => socket.send(JSON.stringify(this.on.first()));
    socket.onmessage = ({ data }) => this.socket === socket && this.take(JSON.parse(data));
    socket.onclose = () => {
      if (this.socket !== socket || this.closed) return;
      if (this.open) this.on.line(false);
      this.open = false;
      this.waiting = setTimeout(() => this.connect(), this.retry);
      this.retry = Math.min(2 * this.retry, LONGEST_RETRY);
    };
  }

  take(told) {
    this.heard = Date.now();
    if (told.kind === "beat") return;
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
    this.ticked = Date.now();
    if (document.hidden) {
      this.hidden = this.ticked;
      return;
    }
    const slept = this.ticked - (this.hidden ?? this.ticked);
    this.hidden = undefined;
    if (slept >= ASLEEP || this.socket.readyState === WebSocket.CLOSED) this.renew();
  }

  /** A laptop that was shut, and a line that was cut, tell nobody. */
  watch() {
    const now = Date.now();
    const [slept, silent] = [now - this.ticked, now - this.heard];
    this.ticked = now;
    if (document.hidden) return; // clocks go slowly there, and `wake` comes
    if (slept >= ASLEEP || (silent >= SILENT && this.socket.readyState !== WebSocket.CLOSED)) this.renew();
  }

  renew() {
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
    clearInterval(this.watching);
    document.removeEventListener("visibilitychange", this.wakes);
    for (const kind of ["online", "pageshow"]) window.removeEventListener(kind, this.wakes);
    this.socket.close();
  }
}
