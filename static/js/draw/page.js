// The page "Draw": reads while one writes, and keeps the drawing when asked to.
import { Here } from "./here.js";
import { newKey, sent } from "./keep.js";
import { Pad } from "./pad.js";
import { Show } from "./show.js";

const root = document.querySelector("[data-draw]");
const part = (name) => root.querySelector(`[data-${name}]`);
const words = root.dataset;
root.hidden = false; // first of all: the paper is as wide as it is shown
const pad = new Pad(part("paper"));
const show = new Show(root);
const here = new Here(words, { answered: (numbers) => show.numbers(numbers), failed: () => show.say(words.cannot) });
let key = newKey();

function changed() {
  key = newKey();
  part("error").hidden = true;
  for (const name of ["undo", "clear", "keep"]) part(name).disabled = pad.empty;
  if (pad.empty) {
    here.forget();
    show.empty();
  } else {
    here.ask(pad.grey());
  }
}

async function keep() {
  part("keep").disabled = true;
  show.say(words.keeping);
  try {
    const answer = await sent(words.keepAt, part("form"), await pad.file(words.name), key, words);
    window.location.assign(answer.url);
  } catch (problem) {
    part("error").hidden = false;
    part("error-sentence").textContent = problem.message;
    part("error-code").textContent = problem.code ?? "";
    show.say("");
    part("keep").disabled = false;
  }
}

pad.addEventListener("begun", () => here.started || here.start());
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
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && !pad.empty) {
    event.preventDefault();
    pad.undo();
  }
});
