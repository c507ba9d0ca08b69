// The pictures that were chosen and not sent yet: each with its preview, a bar, and what can be done with it.
import { turned } from "./turning.js";
import { newKey } from "./sending.js";

const list = document.querySelector("[data-chosen-files]");
const pattern = document.querySelector("[data-chosen-item]");
export const items = [];

const part = (item, name) => item.place.querySelector(`[data-${name}]`);

export function add(file, source, changed) {
  const item = { file, source, key: newKey(), place: pattern.content.firstElementChild.cloneNode(true) };
  part(item, "turn").onclick = () => turn(item, changed);
  part(item, "remove").onclick = () => {
    remove(item);
    changed();
  };
  items.push(item);
  list.append(item.place);
  show(item);
  return item;
}

function show(item) {
  const picture = part(item, "picture");
  if (item.address) URL.revokeObjectURL(item.address);
  item.address = URL.createObjectURL(item.file);
  picture.hidden = false;
  picture.alt = `${list.dataset.alt}: ${item.file.name}`;
  picture.onload = () => { part(item, "turn").hidden = false; };
  picture.onerror = () => { picture.hidden = true; }; // HEIC and TIFF, in most browsers
  picture.src = item.address;
  part(item, "name").textContent = item.file.name;
  for (const name of ["turn", "remove"]) part(item, name).setAttribute("aria-label", `${part(item, name).textContent}: ${item.file.name}`);
}

async function turn(item, changed) {
  part(item, "turn").disabled = true;
  item.file = await turned(item.file);
  item.key = newKey(); // it is another file now
  part(item, "turn").disabled = false;
  show(item);
  changed();
}

export function remove(item) {
  const at = items.indexOf(item);
  items.splice(at, 1);
  URL.revokeObjectURL(item.address);
  item.place.remove();
  const next = items[at] ?? items[at - 1];
  (next ? part(next, "remove") : document.querySelector("#id_image")).focus();
}

// `share`: how much of it has left; undefined hides the bar.
export function progress(item, share, sentence = "") {
  const bar = part(item, "bar");
  bar.hidden = share === undefined;
  bar.value = share ?? 0;
  part(item, "state").textContent = sentence;
}

export function lock(on) {
  for (const button of list.querySelectorAll("button")) button.disabled = on;
}
