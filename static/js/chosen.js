// The files that were chosen and not sent yet: each with its preview, a bar, and what can be done with it.
import { chosenPart } from "./crop.js";
import { edited, turnedPart, WHOLE } from "./editing.js";
import { newKey } from "./sending.js";

const list = document.querySelector("[data-chosen-files]");
const pattern = document.querySelector("[data-chosen-item]");
const CHANGES = ["turn", "cut"];
export const items = [];

const part = (item, name) => item.place.querySelector(`[data-${name}]`);

// `several`: a file that may hold more than one picture, which is sent as it is.
export function add({ file, several }, source, changed) {
  const place = pattern.content.firstElementChild.cloneNode(true);
  const item = { original: file, file, several, source, key: newKey(), place, turns: 0, part: { ...WHOLE } };
  part(item, "turn").onclick = () => turn(item, changed);
  part(item, "cut").onclick = () => cut(item, changed);
  part(item, "remove").onclick = () => {
    remove(item);
    changed();
  };
  items.push(item);
  list.append(place);
  for (const name of [...CHANGES, "remove"]) part(item, name).setAttribute("aria-label", `${part(item, name).textContent}: ${file.name}`);
  show(item);
  return item;
}

function show(item) {
  const picture = part(item, "picture");
  part(item, "name").textContent = item.file.name;
  if (item.address) URL.revokeObjectURL(item.address);
  item.address = URL.createObjectURL(item.file);
  const shows = (on) => {
    picture.hidden = !on;
    part(item, "no-picture").toggleAttribute("hidden", on); // an SVG has no property of that name
    for (const name of CHANGES) part(item, name).hidden = !on;
  };
  picture.alt = `${list.dataset.alt}: ${item.file.name}`;
  picture.onload = () => shows(true);
  picture.onerror = () => shows(false); // PDF and ZIP; HEIC and TIFF in most browsers
  if (item.several) shows(false);
  else Object.assign(picture, { hidden: false, src: item.address });
}

function turn(item, changed) {
  const before = item.part;
  return change(item, changed, { turns: (item.turns + 1) % 4, part: sameWhole(turnedPart(before)) });
}

// What is the whole again after all turns is exactly so.
const sameWhole = (shares) => Object.fromEntries(Object.entries(shares).map(([side, at]) => [side, Math.round(at * 1e6) / 1e6]));

async function cut(item, changed) {
  const chosen = await chosenPart(item.original, item.turns, item.part);
  if (chosen) await change(item, changed, { part: sameWhole(chosen) });
  part(item, "cut").focus();
}

async function change(item, changed, edits) {
  for (const name of CHANGES) part(item, name).disabled = true;
  Object.assign(item, edits);
  item.file = await edited(item.original, item);
  item.key = newKey(); // it is another file now
  for (const name of CHANGES) part(item, name).disabled = false;
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
