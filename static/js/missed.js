// A missed digit: draw a box around it with finger, pen or mouse, or move one with the arrow keys.
const holder = document.querySelector("[data-answer]");
const SIDES = ["x", "y", "width", "height"];
let start;

const form = () => holder.querySelector("[data-missed][open] form");
const svg = () => holder.querySelector("[data-zoom] svg");
const within = (value, low, high) => Math.min(Math.max(Math.round(value), low), high);

function point(event) {
  const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg().getScreenCTM().inverse());
  const { width, height } = form().dataset;
  return [within(place.x, 0, Number(width)), within(place.y, 0, Number(height))];
}

function put(box) {
  SIDES.forEach((side, nth) => { form().elements[side].value = box[nth]; });
  draw();
}

function draw() {
  const draft = svg()?.querySelector("[data-draft]");
  if (!draft) return;
  draft.toggleAttribute("hidden", !form());
  holder.querySelector("[data-zoom]").classList.toggle("is-drawing", Boolean(form()));
  if (!form()) return;
  for (const side of SIDES) draft.setAttribute(side, form().elements[side].value || 1);
}

function begin(event) {
  if (!form() || !svg().contains(event.target) || event.button !== 0) return;
  event.preventDefault();
  event.stopPropagation();
  start = point(event);
  svg().setPointerCapture(event.pointerId);
}

function drag(event) {
  if (!start || !form()) return;
  const [x, y] = point(event);
  put([Math.min(x, start[0]), Math.min(y, start[1]), Math.max(1, Math.abs(x - start[0])), Math.max(1, Math.abs(y - start[1]))]);
}

function end(event) {
  if (!start) return;
  drag(event);
  start = undefined;
  form()?.elements.value.focus();
}

function move(event) {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!step || !form() || event.target !== svg()) return;
  event.preventDefault();
  const { width, height } = form().dataset;
  const [x, y, wide, high] = SIDES.map((side) => Number(form().elements[side].value));
  const by = Math.max(1, Math.round(Math.max(wide, high) / 10));
  const [across, down] = step.map((one) => one * by);
  if (event.shiftKey) return put([x, y, within(wide + across, 1, width - x), within(high + down, 1, height - y)]);
  return put([within(x + across, 0, width - wide), within(y + down, 0, height - high), wide, high]);
}

function prepare() {
  const missed = holder.querySelector("[data-missed]");
  if (!missed || !svg()) return;
  missed.querySelector("[data-draw-help]").hidden = false;
  missed.addEventListener("toggle", () => {
    svg().toggleAttribute("tabindex", missed.open);
    if (missed.open) svg().setAttribute("tabindex", "0");
    draw();
  });
  missed.addEventListener("input", draw);
}

// Before the picture is moved by the same pointer: in the capturing phase.
holder.addEventListener("pointerdown", begin, true);
holder.addEventListener("pointermove", drag);
holder.addEventListener("pointerup", end);
holder.addEventListener("pointercancel", () => { start = undefined; });
holder.addEventListener("keydown", move);
holder.addEventListener("answer-shown", prepare);
prepare();
