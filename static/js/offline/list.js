// The list of what waits in this browser, on the pages that have one.
import { shown as written } from "../numerals.js";
import { send } from "./here.js";

const { waitingRoom: room } = self;
const root = document.querySelector("[data-waiting]");
const part = (name) => root.querySelector(`[data-waiting-${name}]`);
const shown = new Map(); // by key: the item in the list, and the address of its preview
let last = Promise.resolve();

function item(picture) {
  const place = part("item").content.firstElementChild.cloneNode(true);
  const inside = (name) => place.querySelector(`[data-${name}]`);
  const address = URL.createObjectURL(picture.file);
  inside("picture").onerror = () => { inside("picture").hidden = true; }; // PDF and ZIP; HEIC and TIFF, in most browsers
  inside("picture").src = address;
  inside("name").textContent = picture.name;
  inside("remove").setAttribute("aria-label", `${inside("remove").textContent}: ${picture.name}`);
  inside("remove").onclick = () => remove(picture);
  shown.set(picture.key, { place, address });
  part("list").append(place);
}

function refusal({ key, refusal: why }) {
  const line = shown.get(key).place.querySelector("[data-refusal]");
  line.hidden = !why;
  line.querySelector("[data-sentence]").textContent = why?.message ?? "";
  line.querySelector("[data-code]").textContent = why?.code ?? "";
}

async function remove({ key }) {
  await room.remove(key, "removed");
  await last;
  (part("list").querySelector("button") ?? part("said")).focus();
}

async function show() {
  const account = await room.account();
  const pictures = account ? await room.of(account) : [];
  const there = new Set(pictures.map(({ key }) => key));
  for (const [key, { place, address }] of [...shown].filter(([key]) => !there.has(key))) {
    URL.revokeObjectURL(address);
    place.remove();
    shown.delete(key);
  }
  for (const picture of pictures) {
    if (!shown.has(picture.key)) item(picture);
    refusal(picture);
  }
  part("panel").hidden = !pictures.length;
  part("title").textContent = root.dataset.title.replace("{count}", written(pictures.length));
}

function update() {
  last = last.then(show).catch(() => undefined);
  return last;
}

// One of the page's sentences, or none.
function say(which) {
  for (const sentence of root.querySelectorAll("[data-when]")) sentence.hidden = sentence.dataset.when !== which;
}

document.addEventListener("dispatched", async ({ detail }) => {
  await update();
  if (shown.size) say(detail.stopped);
});
room.onChange(async (what) => {
  await update();
  if (what === "sent" && !shown.size) say("sent");
  if (what === "kept") say(undefined);
});
part("send").addEventListener("click", () => {
  say("sending");
  send();
});
update();
