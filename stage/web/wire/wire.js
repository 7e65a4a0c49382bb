import { openAnswer } from "./frame.js";

const PATIENCE = 6000; // ms a question may stay unanswered before the line counts as dead
const LONG_PATIENCE = 60_000; // where a network has to be trained and its programs compiled first
const FIRST_RETRY = 400;
const LONGEST_RETRY = 8000;
const TRY_AGAIN_LATER = 1013; // the server has no room for one more, and said so

/** The address of a socket of the server that the page came from. @param {string} path below the host, its base included */
export function socketAddress(path) {
  const url = new URL(path, window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/**
 * The live line to the engine: one question under way, the latest waiting one wins.
 * When the line breaks it reconnects by itself and repeats what was left unanswered.
 */
export class Wire {
  /**
   * @param {string} url
   * @param {{answer: (header: any, results: any[], note: any) => void, refusal: (sentence: string, note: any) => void,
   *   line: (open: boolean) => void}} on
   */
  constructor(url, on) {
    this.url = url;
    this.on = on;
    this.sequence = 0;
    this.underway = null;
    this.waiting = null;
    this.asides = new Map();
    this.retry = FIRST_RETRY;
    this.patience = PATIENCE;
    this.closed = false;
    this.open = false;
    this.answered = 0;
    this.connect();
  }

  connect() {
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      this.open = true;
      this.retry = FIRST_RETRY;
      this.on.line(true);
      this.next();
    };
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      clearTimeout(this.watch);
      if (this.underway && !this.underway.settle) this.waiting ??= this.underway;
      this.underway = null;
      this.asides.clear();
      if (this.open) this.on.line(false);
      this.open = false;
      if (this.closed) return;
      if (code === TRY_AGAIN_LATER) this.retry = LONGEST_RETRY;
      this.reconnect = setTimeout(() => this.connect(), this.retry);
      this.retry = Math.min(2 * this.retry, LONGEST_RETRY);
    };
  }

  /** Reconnect now instead of at the end of a wait. */
  hurry() {
    if (this.open || this.closed || this.socket.readyState !== WebSocket.CLOSED) return;
    clearTimeout(this.reconnect);
    this.retry = FIRST_RETRY;
    this.connect();
  }

  /** How long an answer may take: some surfaces are prepared when they are first asked about. @param {boolean} heavy */
  expect(heavy) {
    this.patience = heavy ? LONG_PATIENCE : PATIENCE;
  }

  /** Ask; a question that has not left yet is replaced. @param {object} message @param {object} [note] handed back with the answer */
  ask(message, note) {
    this.waiting = { message, note };
    this.next();
  }

  /** A question beside the descent, sent when the line is idle; a newer one of its kind replaces it. @param {object} message @param {(header: any, matrix: (where: number[]) => import("./frame.js").Matrix) => void} settle */
  inquire(message, settle) {
    this.asides.set(message.kind, { message, settle });
    this.next();
  }

  next() {
    if (!this.open || this.underway || this.socket.readyState !== WebSocket.OPEN) return; // a page that is left may still ask
    const [kind] = this.asides.keys();
    this.underway = this.waiting ?? this.asides.get(kind);
    if (!this.underway) return;
    if (this.waiting) this.waiting = null;
    else this.asides.delete(kind);
    this.sequence += 1;
    this.socket.send(JSON.stringify({ seq: this.sequence, ...this.underway.message }));
    this.watch = setTimeout(() => this.socket.close(), this.patience);
  }

  receive(buffer) {
    const { header, results, matrix } = openAnswer(buffer);
    if (header.seq !== null && header.seq !== this.sequence) return;
    const asked = this.underway;
    clearTimeout(this.watch);
    this.underway = null;
    this.answered += 1;
    this.next();
    if (!asked) return;
    if (asked.settle) asked.settle(header, matrix);
    else if (header.error) this.on.refusal(header.error, asked.note);
    else this.on.answer(header, results, asked.note);
  }

  close() {
    this.closed = true;
    clearTimeout(this.reconnect);
    clearTimeout(this.watch);
    this.socket.close();
  }
}
