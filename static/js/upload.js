// The page "New": choose, drop, paste or photograph pictures, look at them, and send them.
import * as camera from "./camera.js";
import * as chosen from "./chosen.js";
import { dropped, isMeant, refusal } from "./files.js";
import { newKey, post } from "./sending.js";

const form = document.querySelector("[data-upload]");
const words = form.dataset;
const input = form.querySelector("#id_image");
const drop = form.querySelector("[data-drop]");
const part = (name) => form.querySelector(`[data-${name}]`);
let batch; // begun, and perhaps broken off: its id and the key it was asked for with

// Each problem: the server's code and the server's sentence.
function showErrors(problems) {
  part("error").hidden = !problems.length;
  part("error").replaceChildren(...problems.map(([code, sentence], at) => {
    const line = part("error-pattern").content.firstElementChild.cloneNode(true);
    if (at === 0) line.id = "id_image_error";
    line.querySelector("[data-error-sentence]").textContent = sentence;
    line.querySelector("[data-error-code]").textContent = code;
    return line;
  }));
  input.toggleAttribute("aria-invalid", Boolean(problems.length));
  input.setAttribute("aria-describedby", problems.length ? "id_image_limits id_image_error" : "id_image_limits");
}

function changed() {
  const carried = new DataTransfer();
  for (const { file } of chosen.items) carried.items.add(file);
  input.files = carried.files;
  const count = chosen.items.length;
  part("sending-state").textContent = count ? `${words.chosen} ${count === 1 ? chosen.items[0].file.name : count}` : "";
}

async function take(files, source = "page") {
  const all = [...files];
  const problems = await Promise.all(all.map((file) => refusal(file, words)));
  all.forEach((file, at) => problems[at] || chosen.add(file, source, changed));
  const named = (at) => (all.length > 1 ? `${all[at].name}: ` : "");
  showErrors(problems.flatMap((problem, at) => (problem ? [[problem[0], named(at) + problem[1]]] : [])));
  changed();
}

function say(state) {
  part("sending-state").textContent = state ? words[state] : words.sending;
}

function format() {
  const [kind, more] = ["format", "format_parameter"].map((name) => form.elements[name].value.trim());
  return more ? `${kind.split(":")[0]}:${more}` : kind;
}

const asked = (fields, key, onProgress) => ({ token: form.elements.csrfmiddlewaretoken.value, fields, key, onProgress });

// The answer to one file, or undefined; why it was refused is in `problems` then.
async function deliver(item, address, fields, problems, name = "") {
  const about = asked({ image: item.file, source: item.source, ...fields }, item.key, (share) => chosen.progress(item, share));
  const { status, body } = await post(address, about, say);
  chosen.progress(item, undefined);
  if (status === 202) return body;
  const error = body?.error ?? { code: String(status), message: words.failed };
  problems.push([error.code, name + (status === 401 || status === 403 ? words.signedOut : error.message)]);
  return undefined;
}

async function sendOne(problems) {
  const read = await deliver(chosen.items[0], words.recognitions, { format: format() }, problems);
  if (read) location.assign(`${words.answers}${read.id}/`);
  return Boolean(read);
}

async function sendTogether(problems) {
  batch ??= { key: newKey() };
  if (!batch.id) {
    const { status, body } = await post(words.batches, asked({ open: "true", format: format() }, batch.key), say);
    if (status !== 202) {
      problems.push([body?.error?.code ?? String(status), status === 403 || status === 401 ? words.signedOut : body?.error?.message ?? words.failed]);
      batch = undefined;
      return false;
    }
    batch.id = body.id;
  }
  for (const item of [...chosen.items]) {
    item.sent ||= await deliver(item, `${words.batches}${batch.id}/pictures/`, {}, problems, `${item.file.name}: `);
    if (item.sent) chosen.progress(item, 1, words.sent);
  }
  if (!chosen.items.some(({ sent }) => sent)) return false;
  await post(`${words.batches}${batch.id}/close/`, asked({}, newKey()), say);
  return showBatch(problems.length);
}

// At once; after refusals people read these first.
function showBatch(refused) {
  const address = `${words.answers}batches/${batch.id}/`;
  if (!refused) {
    location.assign(address);
    return true;
  }
  for (const item of chosen.items.filter(({ sent }) => sent)) chosen.remove(item);
  batch = undefined;
  part("shown").hidden = false;
  part("shown-link").href = address;
  part("shown-link").focus();
  return false;
}

function lock(on) {
  part("send").disabled = on;
  form.classList.toggle("is-sending", on);
  chosen.lock(on);
  if (!on) part("sending-state").textContent = "";
}

async function send(event) {
  event.preventDefault();
  if (!chosen.items.length) return showErrors([["no_picture", words.none]]);
  const problems = [];
  showErrors([]);
  lock(true);
  say("");
  const leaves = chosen.items.length === 1 && !batch ? await sendOne(problems) : await sendTogether(problems);
  if (!leaves) lock(false);
  return showErrors(problems);
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
window.addEventListener("pageshow", () => lock(false));
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
camera.connect((files) => take(files, "camera"));
for (const only of form.querySelectorAll("[data-only-with-script]")) only.hidden = false;
if (input.files.length) take(input.files); // a browser that came back to this page
