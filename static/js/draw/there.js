// Asks the server's reader where the page has none: the drawing goes through the queue and is erased some minutes later.
import { newKey, Refused, sent } from "./keep.js";

const FIRST_DELAYS = [200, 400, 800]; // milliseconds
const DELAY = 2000;

export class There {
  constructor(words, form, { answered, failed }) {
    Object.assign(this, { words, form, answered, failed, turn: 0, started: true });
  }

  ask(pad) {
    this.turn += 1;
    this.wanted = pad;
    this.next();
  }

  forget() {
    this.turn += 1;
    this.wanted = undefined;
  }

  async next() {
    if (this.busy || !this.wanted) return;
    const { turn, wanted } = this;
    this.busy = true;
    this.wanted = undefined;
    try {
      const file = await wanted.file(this.words.name);
      const { answer } = await sent(this.words.lookAt, this.form, file, newKey(), this.words);
      const numbers = await this.numbers(answer, turn);
      if (numbers && turn === this.turn) this.answered(numbers);
    } catch (problem) {
      if (turn === this.turn) this.failed(problem);
    } finally {
      this.busy = false;
      this.next();
    }
  }

  // The numbers, or undefined once something else was drawn.
  async numbers(address, turn) {
    for (let count = 0; turn === this.turn; count += 1) {
      await new Promise((go) => { setTimeout(go, FIRST_DELAYS[count] ?? DELAY); });
      const response = await fetch(address, { cache: "no-store", redirect: "manual" }).catch(() => undefined);
      if (!response || response.status === 204) continue;
      if (response.type === "opaqueredirect") throw new Refused("signed_out", this.words.signedOut);
      if (response.ok) return (await response.json()).numbers;
      const { code, message } = await response.json().catch(() => ({}));
      throw new Refused(code ?? String(response.status), message ?? this.words.failed);
    }
    return undefined;
  }
}
