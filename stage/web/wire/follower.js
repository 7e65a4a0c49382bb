const REST = 160; // ms after the last change before the fine picture is asked for

/** A question that is asked coarsely while the hand moves and finely when it rests; old answers are dropped. */
export class Follower {
  /**
   * @param {{question: (fine: boolean) => any, send: (message: any, settle: (header: any, matrix: any) => void) => void,
   *   show: (header: any, matrix: any, asked: any) => void, fault: (sentence: string) => void}} on
   */
  constructor(on) {
    this.on = on;
    this.shown = ""; // what the picture that is shown answers
    this.latest = "";
    this.underway = false;
  }

  /** Something may have changed. */
  follow(busy) {
    const question = this.on.question(!busy);
    if (!question) return;
    const key = JSON.stringify(question);
    if (key === this.latest) return;
    clearTimeout(this.resting);
    if (busy) {
      this.latest = key;
      this.ask(question, key);
    } else this.resting = setTimeout(() => {
      this.latest = key;
      this.ask(question, key);
    }, this.shown ? REST : 0);
  }

  /** Ask again, whatever was asked before: the line is new. */
  again() {
    this.latest = "";
  }

  ask(question, key) {
    this.on.send(question, (header, matrix) => {
      if (header.error) {
        if (key === this.latest) this.on.fault(header.error);
        return;
      }
      this.shown = key;
      this.on.show(header, matrix, question);
    });
  }

  leave() {
    clearTimeout(this.resting);
  }
}
