// Looking closer: buttons and Ctrl with the wheel make the picture larger, a pointer moves it, two fingers do both.
// Boxes are part of the picture, and what is outside of its frame is cut off.
const holder = document.querySelector("[data-answer]");
const CLOSEST = 16;
const pointers = new Map();
let whole; // x, y, width, height of the picture
let view; // of what is seen of it

const svg = () => holder.querySelector("[data-zoom] svg");

function look(x, y, width, height) {
  const wide = Math.min(Math.max(width, whole[2] / CLOSEST), whole[2]);
  const high = wide * (whole[3] / whole[2]);
  view = [Math.min(Math.max(x, 0), whole[2] - wide), Math.min(Math.max(y, 0), whole[3] - high), wide, high];
  svg().setAttribute("viewBox", view.join(" "));
  svg().parentElement.classList.toggle("is-zoomed", wide < whole[2]);
  if (wide < whole[2]) svg().setAttribute("tabindex", "0");
  else if (!svg().parentElement.matches(".is-drawing")) svg().removeAttribute("tabindex");
}

// `at`: the place that stays where it is, as shares of the view.
function zoom(factor, [across, down] = [0.5, 0.5]) {
  const wide = Math.min(Math.max(view[2] / factor, whole[2] / CLOSEST), whole[2]);
  const high = wide * (whole[3] / whole[2]);
  look(view[0] + across * (view[2] - wide), view[1] + down * (view[3] - high), wide, high);
}

function shares(x, y) {
  const frame = svg().getBoundingClientRect();
  return [(x - frame.left) / frame.width, (y - frame.top) / frame.height];
}

function wheel(event) {
  if (!event.ctrlKey || !svg()?.contains(event.target)) return;
  event.preventDefault();
  zoom(Math.exp(-event.deltaY / 300), shares(event.clientX, event.clientY));
}

// Whoever has no pointer moves the picture with the arrow keys, a quarter of what is seen at a time.
function step(event) {
  const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!by || event.target !== svg() || !svg().parentElement.matches(".is-zoomed:not(.is-drawing)")) return;
  event.preventDefault();
  look(view[0] + (by[0] * view[2]) / 4, view[1] + (by[1] * view[3]) / 4, view[2], view[3]);
}

function down(event) {
  if (svg()?.contains(event.target) && !svg().parentElement.matches(".is-drawing")) pointers.set(event.pointerId, event);
}

function moved(event) {
  const before = pointers.get(event.pointerId);
  if (!before) return;
  const other = [...pointers.values()].find((one) => one.pointerId !== event.pointerId);
  pointers.set(event.pointerId, event);
  if (other) return pinch(before, event, other);
  const [ax, ay] = shares(before.clientX, before.clientY);
  const [bx, by] = shares(event.clientX, event.clientY);
  return look(view[0] - (bx - ax) * view[2], view[1] - (by - ay) * view[3], view[2], view[3]);
}

function pinch(before, now, other) {
  const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
  zoom(apart(now) / Math.max(1, apart(before)), shares((now.clientX + other.clientX) / 2, (now.clientY + other.clientY) / 2));
}

function prepare() {
  if (!svg()) return;
  whole = [0, 0, Number(svg().getAttribute("width")), Number(svg().getAttribute("height"))];
  view ??= whole; // what somebody looks at closely stays so while it is corrected
  look(...view);
  const tools = holder.querySelector("[data-zoom-tools]");
  tools.hidden = false;
  for (const button of tools.querySelectorAll("[data-zoom-by]")) {
    button.addEventListener("click", () => zoom(Number(button.dataset.zoomBy)));
  }
  tools.querySelector("[data-zoom-all]").addEventListener("click", () => look(...whole));
}

holder.addEventListener("wheel", wheel, { passive: false });
holder.addEventListener("keydown", step);
holder.addEventListener("pointerdown", down);
holder.addEventListener("pointermove", moved);
for (const kind of ["pointerup", "pointercancel", "pointerleave"]) {
  holder.addEventListener(kind, (event) => pointers.delete(event.pointerId));
}
holder.addEventListener("answer-shown", prepare);
prepare();
