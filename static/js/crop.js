// Which part of a picture is kept: a frame that is pulled by its edges, by its corners or as a whole with finger, pen or
// mouse, drawn anew from outside of it, or set with four sliders by keyboard.
import { drawn, WHOLE } from "./editing.js";

const dialog = document.querySelector("[data-crop]");
const part = (name) => dialog.querySelector(`[data-crop-${name}]`);
const SIDES = ["left", "top", "right", "bottom"];
const SHOWN_PIXELS = 1.5e6;
const LEAST = 0.03; // of a side
const REACH = 26; // pixels of the screen around an edge that belong to it
let picture; // a canvas
let frame; // shares of width and height
let grip; // what is pulled: sides, and where the pointer took it

const within = (value, low, high) => Math.min(Math.max(value, low), high);

// The part that was chosen, as shares of the turned picture; undefined: as it was.
export async function chosenPart(file, turns, before) {
  picture = await drawn(file, turns, WHOLE, SHOWN_PIXELS);
  frame = { ...before };
  part("paper").width = picture.width;
  part("paper").height = picture.height;
  show();
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((closed) => { dialog.onclose = closed; });
  picture = undefined;
  return dialog.returnValue === "use" ? frame : undefined;
}

function show() {
  for (const side of SIDES) part(side).value = Math.round(100 * frame[side]);
  draw();
}

function draw() {
  const { width, height } = picture;
  const pen = part("paper").getContext("2d");
  const [x, y] = [frame.left * width, frame.top * height];
  const [wide, high] = [(frame.right - frame.left) * width, (frame.bottom - frame.top) * height];
  pen.drawImage(picture, 0, 0);
  pen.fillStyle = "rgb(0 0 0 / 60%)";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(picture, x, y, wide, high, x, y, wide, high);
  const line = 2 / scale();
  for (const [colour, thick] of [["#fff", 3 * line], ["#0b5fd0", line]]) {
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = thick;
    pen.strokeRect(x, y, wide, high);
    for (const [cornerX, cornerY] of [[x, y], [x + wide, y], [x, y + high], [x + wide, y + high]]) {
      pen.beginPath();
      pen.arc(cornerX, cornerY, 5 * line + thick, 0, 2 * Math.PI);
      pen.fill();
    }
  }
}

// Pixels of the screen for one of the canvas.
const scale = () => (part("paper").getBoundingClientRect().width || picture.width) / picture.width;

function place(event) {
  const box = part("paper").getBoundingClientRect();
  return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height, box };
}

// Which sides the pointer takes hold of: one, two at a corner, all four inside the frame, none outside of it.
function sidesAt({ x, y, box }) {
  const [acrossX, acrossY] = [REACH / box.width, REACH / box.height];
  const near = { left: Math.abs(x - frame.left), right: Math.abs(x - frame.right), top: Math.abs(y - frame.top), bottom: Math.abs(y - frame.bottom) };
  const inside = x > frame.left - acrossX && x < frame.right + acrossX && y > frame.top - acrossY && y < frame.bottom + acrossY;
  if (!inside) return [];
  const across = near.left < near.right ? "left" : "right";
  const along = near.top < near.bottom ? "top" : "bottom";
  const found = [near[across] < acrossX && across, near[along] < acrossY && along].filter(Boolean);
  return found.length ? found : SIDES;
}

function begin(event) {
  if (!event.isPrimary || event.button > 0) return;
  event.preventDefault();
  part("paper").setPointerCapture?.(event.pointerId);
  const at = place(event);
  const sides = sidesAt(at);
  if (!sides.length) {
    frame = { left: at.x, right: at.x, top: at.y, bottom: at.y };
    grip = { sides: ["right", "bottom"], at, frame: { ...frame } };
  } else grip = { sides, at, frame: { ...frame } };
}

function pull(event) {
  if (!grip) return;
  const { x, y } = place(event);
  const [byX, byY] = [x - grip.at.x, y - grip.at.y];
  const before = grip.frame;
  if (grip.sides.length === 4) {
    const right = within(byX, -before.left, 1 - before.right);
    const down = within(byY, -before.top, 1 - before.bottom);
    frame = { left: before.left + right, right: before.right + right, top: before.top + down, bottom: before.bottom + down };
  } else {
    frame = { ...before };
    for (const side of grip.sides) frame[side] = within(before[side] + (side === "left" || side === "right" ? byX : byY), 0, 1);
  }
  show();
}

function end() {
  if (!grip) return;
  grip = undefined;
  frame = tidy(frame);
  show();
}

// The right way round, and large enough to be seen.
function tidy({ left, top, right, bottom }) {
  const [l, r] = spread(Math.min(left, right), Math.max(left, right));
  const [t, b] = spread(Math.min(top, bottom), Math.max(top, bottom));
  return { left: l, top: t, right: r, bottom: b };
}

function spread(low, high) {
  if (high - low >= LEAST) return [low, high];
  const from = within(low, 0, 1 - LEAST);
  return [from, from + LEAST];
}

// One slider was moved: its edge stays on its side of the other one.
function slide(side) {
  const to = Number(part(side).value) / 100;
  const { left, top, right, bottom } = frame;
  frame[side] = {
    left: () => within(to, 0, right - LEAST),
    top: () => within(to, 0, bottom - LEAST),
    right: () => within(to, left + LEAST, 1),
    bottom: () => within(to, top + LEAST, 1),
  }[side]();
  show();
}

for (const side of SIDES) part(side).addEventListener("input", () => slide(side));
part("paper").addEventListener("pointerdown", begin);
part("paper").addEventListener("pointermove", pull);
for (const kind of ["pointerup", "pointercancel"]) part("paper").addEventListener(kind, end);
part("whole").addEventListener("click", () => {
  frame = { ...WHOLE };
  show();
});
