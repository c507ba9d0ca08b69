// The page "Draw": reads while one writes, and keeps the drawing when asked to.
import { Here } from "./here.js";
import * as keeping from "../offline/keeping.js";
import { newKey, Refused, sent } from "./keep.js";
import { Pad } from "./pad.js";
import { Show } from "./show.js";
import { There } from "./there.js";

const root = document.querySelector("[data-draw]");
const part = (name) => root.querySelector(`[data-${name}]`);
const words = root.dataset;
root.hidden = false; // first of all: the paper is as wide as it is shown
const pad = new Pad(part("paper"));
const show = new Show(root);
const answered = (numbers) => show.numbers(numbers);
const there = new There(words, part("form"), { answered, failed: (problem) => show.say(problem.message) });
let reader = new Here(words, { answered, failed: askThere });
let key = newKey();

function changed() {
  key = newKey();
  part("error").hidden = true;
  for (const name of ["undo", "clear", "keep"]) part(name).disabled = pad.empty;
  if (pad.empty) {
    reader.forget();
    show.empty();
  } else {
    reader.ask(pad);
  }
}

function begin() {
  try {
    if (!reader.started) reader.start();
  } catch {
    askThere(); // a browser without workers
  }
}

// This browser cannot read by itself: from now on the server is asked, and one is told that drawings are sent.
function askThere() {
  if (reader === there) return;
  reader = there;
  part("private").hidden = true;
  part("shared").hidden = false;
  if (!pad.empty && !pad.drawing) reader.ask(pad);
}

async function keep() {
  part("keep").disabled = true;
  show.say(words.keeping);
  const file = await pad.file(words.name);
  try {
    if (words.shell || !navigator.onLine) throw new Refused("offline", words.offline);
    const answer = await sent(words.keepAt, part("form"), file, key, words);
    window.location.assign(answer.url);
  } catch (problem) {
    if (problem.code === "offline") await keepForLater(file);
    else refuse(problem.code, problem.message);
  }
}

function refuse(code, sentence) {
  part("error").hidden = false;
  part("error-sentence").textContent = sentence;
  part("error-code").textContent = code ?? "";
  show.say("");
  part("keep").disabled = false;
}

// There is no network: the browser keeps the drawing and sends it later, under the same key.
async function keepForLater(file) {
  const { csrfmiddlewaretoken, ...fields } = Object.fromEntries(new FormData(part("form"))); // the token is asked for anew
  const drawing = { key, file, name: file.name, address: words.keepAt, fields: { ...fields, key } };
  const problem = await keeping.keepAndSend([drawing]);
  if (problem) refuse(...keeping.worded(problem));
  else pad.clear();
}

pad.addEventListener("begun", begin);
pad.addEventListener("lifted", changed);
pad.addEventListener("changed", changed);
part("undo").addEventListener("click", () => pad.undo());
part("clear").addEventListener("click", () => pad.clear());
part("form").addEventListener("submit", (event) => {
  event.preventDefault();
  keep();
});
for (const choice of root.querySelectorAll("[name=pen]")) {
  choice.addEventListener("change", () => { pad.width = Number(choice.value); });
  if (choice.checked) pad.width = Number(choice.value);
}
for (const field of root.querySelectorAll("[name=format], [name=format_parameter]")) {
  field.addEventListener("input", () => { key = newKey(); }); // it would be another request
}
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && !pad.empty) {
    event.preventDefault();
    pad.undo();
  }
});
