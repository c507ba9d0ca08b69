// The page "New": choose, drop, paste or photograph pictures, look at them, change them, and send them.
import * as addresses from "./addresses.js";
import * as camera from "./camera.js";
import * as chosen from "./chosen.js";
import { Delivery } from "./delivering.js";
import { dropped, isMeant, judged } from "./files.js";
import { shown } from "./numerals.js";
import * as keeping from "./offline/keeping.js";
import { showErrors } from "./problems.js";

const form = document.querySelector("[data-upload]");
const words = form.dataset;
const input = form.querySelector("#id_image");
const drop = form.querySelector("[data-drop]");
const part = (name) => form.querySelector(`[data-${name}]`);
const delivery = new Delivery(form, say);
let leaving = false; // by our own doing
let copies = []; // what the browser keeps of what is being sent
delivery.interrupted = copy;

function say(sentence) {
  if (part("sending-state").textContent !== sentence) part("sending-state").textContent = sentence;
}

// Several pictures may have a name.
function offerName() {
  part("batch-name").hidden = !delivery.isSeveral;
}

function changed() {
  const carried = new DataTransfer();
  for (const { file } of chosen.items) carried.items.add(file);
  input.files = carried.files;
  const count = chosen.items.length;
  form.classList.toggle("has-chosen", count > 0);
  offerName();
  if (count > 1) say(words.several.replace("{count}", shown(count)));
  else say(count ? words.chosen.replace("{name}", () => chosen.items[0].file.name) : "");
}

async function take(files, source = "page") {
  const all = await Promise.all([...files].map(judged));
  for (const one of all) if (!one.refusal) chosen.add(one, source, changed);
  const named = ({ file }) => (all.length > 1 ? `${file.name}: ` : "");
  showErrors(all.filter(({ refusal }) => refusal).map((one) => [one.refusal[0], named(one) + one.refusal[1]]));
  changed();
}

// At once; after refusals people read these first.
function lead(address, refused) {
  if (!refused) {
    leaving = true;
    location.assign(address);
    return;
  }
  for (const item of chosen.items.filter(({ sent }) => sent)) chosen.remove(item);
  if (form.elements.address) form.elements.address.value = "";
  changed();
  part("shown").hidden = false;
  part("shown-link").href = address;
  part("shown-link").focus();
}

function lock(on) {
  part("send").disabled = on;
  form.classList.toggle("is-sending", on);
  chosen.lock(on);
  if (!on) say("");
}

// As what a file waits for a network: alone, whatever it was chosen with.
function waiting({ file, source, key, several }) {
  const address = several ? words.batches : words.recognitions;
  return { key, file, name: file.name, address, fields: { source, format: delivery.format() } };
}

// The connection was lost while sending: until that has ended the browser keeps a copy, should this page be closed.
async function copy() {
  if (copies.length) return;
  const room = delivery.batch?.id && `${words.batches}${delivery.batch.id}/pictures/`;
  const inBatch = (item, alone) => ({ ...alone, address: room, fields: { source: item.source }, otherwise: alone });
  copies = chosen.items.filter(({ sent }) => !sent).map((item) => (room ? inBatch(item, waiting(item)) : waiting(item)));
  await keeping.keep(copies);
}

// There is no network: the browser keeps what was chosen and sends it later.
async function keepForLater() {
  const problem = await keeping.keepAndSend(chosen.items.map(waiting));
  if (problem) return showErrors([keeping.worded(problem)]);
  for (const item of [...chosen.items]) chosen.remove(item);
  showErrors(delivery.addresses().length ? [keeping.worded("address_needs_network")] : []);
  return changed();
}

async function send(event) {
  event.preventDefault();
  if (delivery.isEmpty) return showErrors([["no_picture", words.none]]);
  if (words.shell || !navigator.onLine) return keepForLater();
  const problems = [];
  showErrors([]);
  lock(true);
  const address = await keeping.alone(() => delivery.send(problems));
  await keeping.forget(copies.splice(0));
  if (!address || problems.length) lock(false);
  showErrors(problems);
  if (address) lead(address, problems.length);
  return undefined;
}

input.addEventListener("change", () => {
  const before = new Set(chosen.items.map(({ file }) => file));
  take([...input.files].filter((file) => !before.has(file)));
});
for (const [name, source] of [["folder", "page"], ["capture", "camera"]]) {
  part(name).addEventListener("change", ({ target }) => {
    take([...target.files].filter(isMeant), source);
    target.value = "";
  });
}
form.addEventListener("submit", send);
window.addEventListener("pageshow", () => {
  leaving = false;
  lock(false);
});
window.addEventListener("beforeunload", (event) => {
  if (form.classList.contains("is-sending") && !leaving) event.preventDefault();
});
document.addEventListener("paste", (event) => event.clipboardData.files.length && take(event.clipboardData.files));
for (const kind of ["dragover", "dragenter"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("is-over");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) drop.classList.remove("is-over");
});
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  drop.classList.remove("is-over");
  await take(await dropped(event.dataTransfer));
});
addresses.connect(form, offerName);
offerName();
camera.connect((files) => take(files, "camera"));
if (new URLSearchParams(location.search).has("shared")) take(await keeping.shared());
for (const only of form.querySelectorAll("[data-only-with-script]")) only.hidden = false;
for (const only of form.querySelectorAll("[data-only-without-script]")) only.classList.add("visually-hidden");
input.classList.add("visually-hidden");
if (input.files.length) take(input.files); // a browser that came back to this page
