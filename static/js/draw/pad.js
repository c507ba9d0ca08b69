// The paper that one draws on with finger, pen or mouse; undo and clear.
import { drawAll } from "./strokes.js";

const WIDTH = 1000; // pixels of the paper, whatever its size on the screen
const NARROW = 560; // screen pixels; on a phone the paper is higher
const RATIOS = { narrow: 0.8, wide: 0.5 };

export class Pad extends EventTarget {
  // Tells "begun" when the pen touches the paper, "lifted" when it leaves it, and "changed" after undo and clear.
  constructor(canvas) {
    super();
    this.canvas = canvas;
    this.strokes = [];
    this.width = 7;
    const shown = canvas.getBoundingClientRect().width;
    canvas.width = WIDTH;
    canvas.height = WIDTH * (shown < NARROW ? RATIOS.narrow : RATIOS.wide);
    this.context = canvas.getContext("2d", { willReadFrequently: true });
    this.redraw();
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, (event) => this.up(event));
  }

  // Whether the pen is on the paper.
  get drawing() {
    return this.pointer !== undefined;
  }

  get empty() {
    return this.strokes.length === 0;
  }

  down(event) {
    if (this.pointer !== undefined || !event.isPrimary || event.button > 0) return;
    event.preventDefault();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.strokes.push({ width: this.width * this.scale(), points: [this.point(event)] });
    this.redraw();
    this.tell("begun");
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    const { points } = this.strokes.at(-1);
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) points.push(this.point(one));
    this.redraw();
  }

  up(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = undefined;
    this.tell("lifted");
  }

  undo() {
    if (this.pointer !== undefined) return;
    this.strokes.pop();
    this.redraw();
    this.tell("changed");
  }

  clear() {
    if (this.pointer !== undefined) return;
    this.strokes = [];
    this.redraw();
    this.tell("changed");
  }

  // The drawing as one channel: { width, height, data }.
  grey() {
    const { width, height } = this.canvas;
    const colours = this.context.getImageData(0, 0, width, height).data;
    const data = new Uint8Array(width * height);
    for (let at = 0; at < data.length; at += 1) data[at] = colours[4 * at];
    return { width, height, data };
  }

  // The drawing as a file.
  file(name) {
    return new Promise((done) => {
      this.canvas.toBlob((blob) => done(new File([blob], name, { type: "image/png" })), "image/png");
    });
  }

  redraw() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.drawNow());
  }

  drawNow() {
    drawAll(this.context, this.strokes);
  }

  scale() {
    return this.canvas.width / this.canvas.getBoundingClientRect().width;
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const pressure = event.pointerType === "pen" ? event.pressure : undefined;
    return [(event.clientX - box.left) * this.scale(), (event.clientY - box.top) * this.scale(), pressure];
  }

  tell(what) {
    this.drawNow(); // whoever hears it sees all of the drawing
    this.dispatchEvent(new Event(what));
  }
}
