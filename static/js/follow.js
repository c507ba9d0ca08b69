// A page that shows how far something is, until nothing more is to come.
import { asking } from "./asking.js";

const holder = document.querySelector("[data-follow]");
const part = () => holder.querySelector("[data-followed]");
const waits = () => part().dataset.waiting === "yes";

function show(answer) {
  part().replaceWith(answer.querySelector("[data-followed]"));
  if (waits()) return true;
  document.querySelector("[data-announcement]").textContent = part().querySelector("[data-announced]").textContent;
  return false;
}

const begin = asking({
  words: holder.dataset,
  address: () => holder.dataset.follow,
  problem: document.querySelector("[data-problem]"),
  show,
});
if (waits()) begin();
