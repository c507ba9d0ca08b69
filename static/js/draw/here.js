// Asks the reader in the page, in its worker: always about the newest drawing, one at a time.
export class Here {
  // `addresses`: of worker, network and card. Nothing is fetched before `start`.
  constructor(addresses, { answered, failed }) {
    Object.assign(this, { addresses, answered, failed, turn: 0 });
  }

  get started() {
    return this.worker !== undefined;
  }

  start() {
    const { worker, network, card } = this.addresses;
    const absolute = (address) => new URL(address, document.baseURI).href;
    this.worker = new Worker(worker, { type: "module" });
    this.worker.addEventListener("error", () => this.failed());
    this.worker.addEventListener("message", ({ data }) => this.take(data));
    this.worker.postMessage({ network: absolute(network), card: absolute(card) });
  }

  ask(pad) {
    this.turn += 1;
    this.wanted = { turn: this.turn, grey: pad.grey() };
    this.next();
  }

  // What was asked before is of no interest any more.
  forget() {
    this.turn += 1;
    this.wanted = undefined;
  }

  next() {
    if (this.busy || !this.wanted) return;
    const { turn, grey } = this.wanted;
    this.busy = true;
    this.wanted = undefined;
    this.worker.postMessage({ turn, grey }, [grey.data.buffer]);
  }

  take({ failed, ready, turn, numbers }) {
    if (failed) return this.failed();
    if (ready) return undefined;
    this.busy = false;
    if (turn === this.turn) this.answered(numbers);
    return this.next();
  }
}
