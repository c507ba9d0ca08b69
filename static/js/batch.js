// The page of a batch: one question for all of it, until nothing more is to come.
import { asking } from "./asking.js";

const holder = document.querySelector("[data-batch]");
const list = document.querySelector("[data-batch-pictures]");
const words = holder.dataset;
const hasPlace = () => !document.querySelector(".pager [rel=next]");

const summary = () => holder.querySelector("[data-batch-summary]");

function address() {
  const found = new URL(words.waiting, location.href);
  found.searchParams.set("since", summary().dataset.since);
  return found;
}

function show(answer) {
  summary().replaceWith(answer.querySelector("[data-batch-summary]"));
  for (const picture of answer.querySelectorAll("[data-picture]")) place(picture);
  if (summary().dataset.finished === "no") return true;
  document.querySelector("[data-announcement]").textContent = summary().querySelector("[data-batch-state]").textContent;
  return false;
}

function place(picture) {
  const shown = list.querySelector(`[data-picture="${picture.dataset.picture}"]`);
  if (!shown && hasPlace()) list.append(picture);
  if (!shown || shown.dataset.state === picture.dataset.state) return;
  const focused = shown.contains(document.activeElement);
  shown.replaceWith(picture);
  if (focused) picture.querySelector(".history-text a").focus();
}

const begin = asking({ words, address, problem: document.querySelector("[data-batch-problem]"), show });
if (words.waiting) begin();
